import { Injectable } from '@nestjs/common';
import { requestId, type Caller } from '#platform';
import { AuditRepository, Database, ReaderRepository, type ConnectionReader } from '#storage';
import { KnownTokensService, type KnownToken } from './known-tokens.service.js';
import { readersOfEach, type TokenLookup, type TokenResult } from './token-lookup.dto.js';
import { tokenResult } from './token-result.js';

/** In one query. */
const atOnce = 1_250;
/** While Postgres looks for some values, others are fingerprinted, or what was found of them is read. */
const lanes = 4;

interface Found {
  token: KnownToken | undefined;
  readers: readonly ConnectionReader[] | undefined;
}

/** Says whose leaked values are. By fingerprints: nothing is opened, and no value is kept, logged or answered. */
@Injectable()
export class TokenLookupsService {
  constructor(
    private readonly database: Database,
    private readonly known: KnownTokensService,
  ) {}

  /** Answers once it is in the audit log. */
  async lookUp({ workspace, actor }: Caller, values: readonly string[]): Promise<TokenLookup> {
    const data = await this.find(workspace, values);
    const connections = data.flatMap(({ connection }) => connection ?? []);
    await this.database.inWorkspace(workspace, (tx) =>
      tx.get(AuditRepository).append({
        actor,
        action: 'token.lookup',
        subject: { type: 'workspace', id: workspace },
        detail: {
          asked: values.length,
          found: connections.length,
          connections: [...new Set(connections)],
        },
        requestId: requestId(),
      }),
    );
    return { data };
  }

  private async find(workspace: string, values: readonly string[]): Promise<TokenResult[]> {
    const results: TokenResult[] = [];
    const ofEach = readersOfEach(values.length);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < values.length) {
        const first = next;
        next += atOnce;
        const part = await this.findSome(workspace, values.slice(first, next), ofEach);
        for (const [nth, { token, readers }] of part.entries())
          results[first + nth] = tokenResult(first + nth, token, readers);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return results;
  }

  private async findSome(workspace: string, values: readonly string[], ofEach: number): Promise<Found[]> {
    const fingerprints = await this.known.fingerprintsOf(values);
    return this.database.inWorkspace(workspace, async (tx) => {
      const tokens = await this.known.find(tx, fingerprints);
      const connections = new Set(tokens.flatMap((token) => token?.connectionId ?? []));
      const readers = await tx.get(ReaderRepository).latestReadersOf([...connections], ofEach);
      return tokens.map((token) => ({ token, readers: token && readers.get(token.connectionId) }));
    });
  }
}
