import type { TransactionContext } from '../transaction.js';

export type QuarantineVerdict = 'alive' | 'stale' | 'not_known';

/** Connections that a restored database holds stale tokens of, or may. */
export class QuarantineRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(restore: string, connectionId: string): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO quarantined_connection (workspace_id, restore_id, connection_id) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [this.context.workspace, restore, connectionId],
    );
  }

  /** What asking brought, and when to ask again. */
  async judge(connectionId: string, verdict: QuarantineVerdict, againInMs: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE quarantined_connection SET verdict = $3, probe_at = now() + $4 * interval '1 ms'
       WHERE workspace_id = $1 AND connection_id = $2 AND released_at IS NULL`,
      [this.context.workspace, connectionId, verdict, againInMs],
    );
  }

  /** Out of quarantine, for whatever reason. */
  async release(connectionId: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE quarantined_connection SET released_at = now()
       WHERE workspace_id = $1 AND connection_id = $2 AND released_at IS NULL`,
      [this.context.workspace, connectionId],
    );
  }
}
