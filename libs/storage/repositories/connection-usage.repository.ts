import type { TransactionContext } from '../transaction.js';

export interface ConnectionReads {
  connection: string;
  reads: number;
  lastReadAt: Date;
}

/** How often and when connections were read. */
export class ConnectionUsageRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Adds counts; those of connections that are gone meanwhile fall away. */
  async add(reads: readonly ConnectionReads[]): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO connection_usage AS u (workspace_id, connection_id, reads, last_read_at)
       SELECT c.workspace_id, c.id, r.reads, r.last_read_at
       FROM unnest($2::text[], $3::bigint[], $4::timestamptz[]) AS r (id, reads, last_read_at)
       JOIN connection c ON c.workspace_id = $1 AND c.id = r.id ORDER BY c.id
       ON CONFLICT (workspace_id, connection_id) DO UPDATE
         SET reads = u.reads + excluded.reads, last_read_at = greatest(u.last_read_at, excluded.last_read_at)`,
      [
        this.context.workspace,
        reads.map(({ connection }) => connection),
        reads.map(({ reads: count }) => count),
        reads.map(({ lastReadAt }) => lastReadAt),
      ],
    );
  }
}
