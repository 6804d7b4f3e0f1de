import { Injectable } from '@nestjs/common';
import { requestId, type Caller } from '#platform';
import { AuditRepository, Database, ReaderRepository } from '#storage';
import { Vault } from '#vault';
import { findKnown, fingerprintsOf } from './known-tokens.js';
import type { TokenLookup } from './token-lookup.dto.js';
import { tokenResult } from './token-result.js';

/** Says whose leaked values are. By fingerprints: nothing is opened, and no value is kept, logged or answered. */
@Injectable()
export class TokenLookupsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async lookUp({ workspace, actor }: Caller, values: readonly string[]): Promise<TokenLookup> {
    const fingerprints = await fingerprintsOf(this.vault, values);
    const { found: tokens, readers } = await this.database.inWorkspace(workspace, async (tx) => {
      const found = await findKnown(tx, fingerprints);
      const known = found.filter((token) => token !== undefined);
      const connections = [...new Set(known.map(({ connectionId }) => connectionId))];
      await tx.get(AuditRepository).append({
        actor,
        action: 'token.lookup',
        subject: { type: 'workspace', id: workspace },
        detail: {
          asked: values.length,
          found: known.length,
          connections,
        },
        requestId: requestId(),
      });
      const attributed = await tx.get(ReaderRepository).readersOf(connections);
      return { found, readers: Map.groupBy(attributed, ({ connection }) => connection) };
    });
    return {
      data: tokens.map((token, index) => tokenResult(index, token, token && readers.get(token.connectionId))),
    };
  }
}
