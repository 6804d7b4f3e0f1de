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

  /** When reads may be missing, newest first. Of the whole installation: whose they were is not known. */
  async listGaps(limit: number): Promise<ReadGap[]> {
    return this.context.manager.query<ReadGap[]>(
      `SELECT from_at AS "from", to_at AS "to" FROM read_gap ORDER BY to_at DESC LIMIT $1`,
      [limit],
    );
  }
}
