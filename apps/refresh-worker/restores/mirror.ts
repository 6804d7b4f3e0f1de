import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const mirrored = z.object({ system_identifier: z.string(), beats: z.int(), at: z.iso.datetime() });
export type Mirrored = z.infer<typeof mirrored>;

/** What this worker last saw of the database, outside of it: a database that is behind was restored. */
export class Mirror {
  private readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, 'database-mirror.json');
  }

  /** Undefined where there is none, or none that can be read. */
  read(): Mirrored | undefined {
    try {
      return mirrored.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  async write(seen: Mirrored): Promise<void> {
    await writeFile(`${this.path}.part`, JSON.stringify(seen), { mode: 0o600 });
    await rename(`${this.path}.part`, this.path);
  }
}
