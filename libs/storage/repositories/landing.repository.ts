import type { TransactionContext } from '../transaction.js';

export type LandingState = 'landed' | 'quarantined' | 'orphaned';

/** Raw provider answers, sealed, stored before anybody tries to understand them. */
export class LandingRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(attemptId: string, sealedAnswer: Buffer): Promise<void> {
    const { manager, workspace } = this.context;
    await manager.query(
      `WITH landed AS (UPDATE refresh_attempt SET state = 'landed' WHERE workspace_id = $1 AND id = $2)
       INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer) VALUES ($1, $2, 'landed', $3)
       ON CONFLICT DO NOTHING`,
      [workspace, attemptId, sealedAnswer],
    );
  }

  async find(
    attemptId: string,
  ): Promise<{ state: LandingState; sealedAnswer: Buffer; ageMs: number } | undefined> {
    const rows = await this.context.manager.query<
      { state: LandingState; sealedAnswer: Buffer; ageMs: number }[]
    >(
      `SELECT state, sealed_answer AS "sealedAnswer",
         (extract(epoch FROM clock_timestamp() - landed_at) * 1000)::bigint AS "ageMs"
       FROM token_landing WHERE workspace_id = $1 AND attempt_id = $2`,
      [this.context.workspace, attemptId],
    );
    return rows[0];
  }

  async mark(attemptId: string, state: LandingState): Promise<void> {
    await this.context.manager.query(
      `UPDATE token_landing SET state = $3 WHERE workspace_id = $1 AND attempt_id = $2`,
      [this.context.workspace, attemptId, state],
    );
  }

  async delete(attemptId: string): Promise<void> {
    await this.context.manager.query(
      `DELETE FROM token_landing WHERE workspace_id = $1 AND attempt_id = $2`,
      [this.context.workspace, attemptId],
    );
  }
}
