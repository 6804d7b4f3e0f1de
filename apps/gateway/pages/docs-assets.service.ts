import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';

export interface Asset {
  content: Buffer;
  etag: string;
}

const folder = join(
  dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')),
  'static',
);

/** Swagger UI's own files, read on first use and kept. */
@Injectable()
export class DocsAssetsService {
  private readonly assets = new Map<string, Promise<Asset>>();

  get(name: 'swagger-ui.css' | 'swagger-ui-bundle.js'): Promise<Asset> {
    const known = this.assets.get(name);
    if (known) return known;
    const asset = readFile(join(folder, name)).then((content) => ({
      content,
      etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    }));
    this.assets.set(name, asset);
    return asset;
  }
}
