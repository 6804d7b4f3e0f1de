import type { TransactionContext } from '../transaction.js';

export type LandingState = 'landed' | 'quarantined' | 'orphaned';

/** Raw provider answers, sealed, stored before anybody tries to understand them. */
export class LandingRepository {
  constructor(private readonly context: TransactionContext) {}

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

  /**
   * Takes an orphan up again as the answer to the slot's present generation: where all else is refused, it may be the living
   * lineage. The newest one whose request set out from this generation or the one before; false where there is none.
   */
  async adoptOrphan(at: { connectionId: string; slot: string; generation: number }): Promise<boolean> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `WITH orphan AS (
         SELECT a.id FROM refresh_attempt a
         JOIN token_landing l ON l.workspace_id = a.workspace_id AND l.attempt_id = a.id AND l.state = 'orphaned'
         WHERE a.workspace_id = $1 AND a.connection_id = $2 AND a.slot = $3 AND a.base_generation BETWEEN $4 - 1 AND $4
         ORDER BY l.landed_at DESC LIMIT 1
       ), landing AS (
         UPDATE token_landing l SET state = 'landed' FROM orphan o WHERE l.workspace_id = $1 AND l.attempt_id = o.id
       ), slot AS (
         UPDATE connection_slot s SET open_attempt_id = o.id FROM orphan o
         WHERE s.workspace_id = $1 AND s.connection_id = $2 AND s.slot = $3
       ), attempt AS (
         UPDATE refresh_attempt a SET base_generation = $4, state = 'landed', closed_at = NULL, resolve_at = now()
         FROM orphan o WHERE a.workspace_id = $1 AND a.id = o.id
       ) SELECT id FROM orphan`,
      [this.context.workspace, at.connectionId, at.slot, at.generation],
    );
    return rows.length > 0;
  }

  /** Destroys these connections' orphans, and what nobody understood; answers how many. */
  async destroyOrphansOf(connectionIds: readonly string[]): Promise<number> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `DELETE FROM token_landing l USING refresh_attempt a
       WHERE l.workspace_id = $1 AND a.workspace_id = $1 AND a.id = l.attempt_id AND a.connection_id = ANY ($2)
         AND a.closed_at IS NOT NULL AND l.state IN ('orphaned', 'quarantined')`,
      [this.context.workspace, connectionIds],
    );
    return count;
  }
}
