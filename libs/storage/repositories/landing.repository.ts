import type { TransactionContext } from '../transaction.js';

export type LandingState = 'landed' | 'quarantined' | 'orphaned';

/** Raw provider answers, sealed, stored before anybody tries to understand them. */
export class LandingRepository {
  constructor(private readonly context: TransactionContext) {}

  /** The first answer stays, unless nobody understood it. False where the attempt is gone, with its connection. */
  async insert(attemptId: string, sealedAnswer: Buffer): Promise<boolean> {
    const { manager, workspace } = this.context;
    const rows = await manager.query<unknown[]>(
      `WITH landed AS (
         UPDATE refresh_attempt SET state = CASE WHEN closed_at IS NULL THEN 'landed' ELSE state END
         WHERE workspace_id = $1 AND id = $2 RETURNING id
       ), kept AS (
         INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer) SELECT $1, id, 'landed', $3 FROM landed
         ON CONFLICT (workspace_id, attempt_id) DO UPDATE
           SET state = 'landed', sealed_answer = excluded.sealed_answer, landed_at = clock_timestamp()
           WHERE token_landing.state = 'quarantined'
       ) SELECT id FROM landed`,
      [workspace, attemptId, sealedAnswer],
    );
    return rows.length > 0;
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

  /** False where there is none (any more). */
  async mark(attemptId: string, state: LandingState): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE token_landing SET state = $3 WHERE workspace_id = $1 AND attempt_id = $2`,
      [this.context.workspace, attemptId, state],
    );
    return count === 1;
  }

  async delete(attemptId: string): Promise<void> {
    await this.context.manager.query(
      `DELETE FROM token_landing WHERE workspace_id = $1 AND attempt_id = $2`,
      [this.context.workspace, attemptId],
    );
  }
}
