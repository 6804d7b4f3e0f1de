import { Injectable } from '@nestjs/common';
import { BatchedLookup } from './batched-lookup.js';
import { Directory, type FoundKey } from './directory.js';
import { Database } from './database.js';

/** Finds API keys by SHA-256, many in one prepared call; a key revoked before the question is never found. */
@Injectable()
export class ApiKeyDirectory {
  private readonly lookup: BatchedLookup<Buffer, FoundKey>;

  constructor(database: Database) {
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
}
