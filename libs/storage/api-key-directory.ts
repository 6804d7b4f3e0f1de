import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchedLookup } from './batched-lookup.js';
import { Directory, type FoundKey } from './directory.js';
import { Database } from './database.js';

const writeEveryMs = 5_000;

/**
 * Finds API keys by SHA-256, many in one prepared call; a key revoked before the question is never found. When a key
 * was last used is written every five seconds: no request waits for it.
 */
@Injectable()
export class ApiKeyDirectory implements OnApplicationShutdown {
  private readonly logger = new Logger(ApiKeyDirectory.name);
  private readonly lookup: BatchedLookup<Buffer, FoundKey>;
  private uses = new Map<string, { workspace: string; id: string; at: Date }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {
    const directory = new Directory(database);
    this.lookup = new BatchedLookup(
      async (hashes) => {
        const found = await directory.findApiKeys(hashes);
        return new Map(found.map((key) => [key.keyHash.toString('latin1'), key]));
      },
      (hash) => hash.toString('latin1'),
    );
  }

  find(keyHash: Buffer): Promise<FoundKey | undefined> {
    return this.lookup.find(keyHash);
  }

  used({ workspace, id }: { workspace: string; id: string }): void {
    if (this.uses.has(id)) return;
    this.uses.set(id, { workspace, id, at: new Date() });
    this.timer ??= setTimeout(() => void this.write(), writeEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  /** What cannot be written is let go: the key will be used again. */
  private async write(): Promise<void> {
    this.timer = undefined;
    const uses = [...this.uses.values()];
    this.uses = new Map();
    if (uses.length === 0) return;
    await this.database
      .acrossWorkspaces(`SELECT record_key_uses($1, $2, $3)`, [
        uses.map(({ workspace }) => workspace),
        uses.map(({ id }) => id),
        uses.map(({ at }) => at),
      ])
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the use of keys was not recorded'));
  }
}
