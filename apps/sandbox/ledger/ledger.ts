import type { SandboxDatabase } from '../store/sandbox-database.js';
import type { LedgerEntry } from './ledger-entry.js';

export interface LedgerFilter {
  after?: number | undefined;
  endpoint?: string | undefined;
  grant?: string | undefined;
  client?: string | undefined;
  grant_type?: string | undefined;
  refresh_token_hash?: string | undefined;
}

/** Every token, revocation and introspection request, in the order they came; kept in the file before an answer leaves. */
export class Ledger {
  constructor(private readonly database: SandboxDatabase) {}

  begin(entry: Omit<LedgerEntry, 'id'>): LedgerEntry {
    const { lastId } = this.database.run(
      'INSERT INTO ledger (endpoint, client, grant_id, grant_type, presented_hash, document) VALUES (?, ?, ?, ?, ?, ?)',
      entry.endpoint,
      entry.client,
      entry.grant,
      entry.grant_type,
      entry.presented?.hash ?? null,
      JSON.stringify(entry),
    );
    return { ...entry, id: lastId };
  }

  save({ id, ...entry }: LedgerEntry): void {
    this.database.run(
      'UPDATE ledger SET client = ?, grant_id = ?, minted_refresh_token = ?, document = ? WHERE id = ?',
      entry.client,
      entry.grant,
      entry.minted.refresh_token ?? null,
      JSON.stringify(entry),
      id,
    );
  }

  /** The grant that a refresh token was minted for, dead or alive. */
  grantOfRefreshToken(hash: string): string | null {
    const row = this.database.row('SELECT grant_id FROM ledger WHERE minted_refresh_token = ? LIMIT 1', hash);
    return (row?.['grant_id'] as string | undefined) ?? null;
  }

  list({ after = 0, endpoint = 'token', ...filter }: LedgerFilter): LedgerEntry[] {
    const { grant, client, grant_type, refresh_token_hash } = filter;
    const wanted: [string, string | undefined][] = [
      ['endpoint', endpoint === 'all' ? undefined : endpoint],
      ['grant_id', grant],
      ['client', client],
      ['grant_type', grant_type],
      ['presented_hash', refresh_token_hash],
    ];
    const given = wanted.filter((one): one is [string, string] => one[1] !== undefined);
    const where = given.map(([column]) => ` AND ${column} = ?`).join('');
    return this.database
      .rows(
        `SELECT id, document FROM ledger WHERE id > ?${where} ORDER BY id`,
        after,
        ...given.map(([, value]) => value),
      )
      .map((row) => ({
        id: row['id'] as number,
        ...(JSON.parse(row['document'] as string) as Omit<LedgerEntry, 'id'>),
      }));
  }
}
