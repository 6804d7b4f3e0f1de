import type { ReadGap } from '../read-attribution.js';
import type { TransactionContext } from '../transaction.js';

/** A caller that read a connection's tokens, from one network. */
export interface ConnectionReader {
  connection: string;
  caller: { type: string; id: string };
  network: string;
  firstAt: Date;
  lastAt: Date;
  reads: number;
}

type LatestReader = Omit<ConnectionReader, 'caller'> & ConnectionReader['caller'];

const most = 10_000;

/** Who read connections' tokens. */
export class ReaderRepository {
  constructor(private readonly context: TransactionContext) {}

  /** By connection, who read last first; 10,000 at most. */
  async readersOf(connectionIds: readonly string[]): Promise<ConnectionReader[]> {
    return this.context.manager.query<ConnectionReader[]>(
      `SELECT connection_id AS connection, json_build_object('type', caller_type, 'id', caller_id) AS caller, network,
         first_at AS "firstAt", last_at AS "lastAt", reads
       FROM connection_reader WHERE workspace_id = $1 AND connection_id = ANY ($2)
       ORDER BY connection_id, last_at DESC, caller_id, network LIMIT ${most}`,
      [this.context.workspace, connectionIds],
    );
  }

  /** Of each of thousands of connections, its latest few: who read last first. */
  async latestReadersOf(
    connectionIds: readonly string[],
    ofEach: number,
  ): Promise<Map<string, ConnectionReader[]>> {
    const rows = await this.context.manager.query<LatestReader[]>(
      `SELECT c.id AS connection, r.* FROM (SELECT u.id FROM unnest($2::text[]) AS u (id) ORDER BY 1 OFFSET 0) AS c
       CROSS JOIN LATERAL (
         SELECT caller_type AS type, caller_id AS id, network, first_at AS "firstAt", last_at AS "lastAt", reads
         FROM connection_reader WHERE workspace_id = $1 AND connection_id = c.id
         ORDER BY last_at DESC, caller_id, network LIMIT $3
       ) r`,
      [this.context.workspace, connectionIds, ofEach],
    );
    const readers = rows.map(({ type, id, ...reader }) => ({ ...reader, caller: { type, id } }));
    return Map.groupBy(readers, ({ connection }) => connection);
  }

  /** When reads may be missing, newest first. Of the whole installation: whose they were is not known. */
  async listGaps(limit: number): Promise<ReadGap[]> {
    return this.context.manager.query<ReadGap[]>(
      `SELECT from_at AS "from", to_at AS "to" FROM read_gap ORDER BY to_at DESC LIMIT $1`,
      [limit],
    );
  }
}
