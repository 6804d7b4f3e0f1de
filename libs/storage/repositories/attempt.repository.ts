import { RefreshAttempt, type RefreshAttemptState } from '../entities/refresh-attempt.entity.js';
import type { TransactionContext } from '../transaction.js';

export interface NewAttempt {
  id: string;
  connectionId: string;
  slot: string;
  generation: number;
  worker: string;
  trigger: string;
  leaseMs: number;
  deadlineMs: number;
  /** After this, an attempt that was not closed is the resolver's. */
  resolveAfterMs: number;
  /** Connection states that permit a refresh. */
  permittedStates: readonly string[];
  /** `active`; `paused` for the one request that tries whether its client works again. */
  integrationState: 'active' | 'paused';
}

/** Attempts: the intent before the wire, and how it ended. */
export class AttemptRepository {
  constructor(private readonly context: TransactionContext) {}

  /**
   * T1: takes the lease and writes the intent, in one statement; answers the fence. Undefined where the slot is leased,
   * has an unresolved attempt, is at another generation, or its connection's or integration's state forbids it.
   */
  async begin(attempt: NewAttempt): Promise<number | undefined> {
    const rows = await this.context.manager.query<{ fence: number }[]>(
      `WITH leased AS (
         UPDATE connection_slot s
         SET fence = s.fence + 1, lease_owner = $5, lease_until = now() + $7 * interval '1 ms', open_attempt_id = $2
         FROM connection c JOIN integration i ON i.workspace_id = c.workspace_id AND i.id = c.integration_id
         WHERE s.workspace_id = $1 AND s.connection_id = $3 AND s.slot = $4 AND s.generation = $11
           AND c.workspace_id = s.workspace_id AND c.id = s.connection_id AND c.state = ANY ($10) AND i.state = $12
           AND (s.lease_until IS NULL OR s.lease_until <= now()) AND s.open_attempt_id IS NULL
         RETURNING s.workspace_id, s.connection_id, s.slot, s.fence, s.generation
       )
       INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation,
         refresh_token_fingerprint, state, deadline, resolve_at)
       SELECT l.workspace_id, $2, l.connection_id, l.slot, $5, $6, l.fence, l.generation, t.refresh_token_fingerprint,
         'intent', now() + $8 * interval '1 ms', now() + $9 * interval '1 ms'
       FROM leased l LEFT JOIN token_set t ON t.workspace_id = l.workspace_id AND t.connection_id = l.connection_id
         AND t.slot = l.slot AND t.generation = l.generation
       RETURNING fence`,
      [
        this.context.workspace,
        attempt.id,
        attempt.connectionId,
        attempt.slot,
        attempt.worker,
        attempt.trigger,
        attempt.leaseMs,
        attempt.deadlineMs,
        attempt.resolveAfterMs,
        attempt.permittedStates,
        attempt.generation,
        attempt.integrationState,
      ],
    );
    return rows[0]?.fence;
  }

  /**
   * The resolver's T1: takes the lease of a slot that still stands where this attempt set out from, and answers the new
   * fence. Undefined where its worker is alive after all, another resolver was first, or another attempt is under way.
   */
  async takeOver(attempt: RefreshAttempt, worker: string, leaseMs: number): Promise<number | undefined> {
    const [rows] = await this.context.manager.query<[{ fence: number }[], number]>(
      `UPDATE connection_slot SET fence = fence + 1, lease_owner = $5, lease_until = now() + $6 * interval '1 ms',
         open_attempt_id = $4
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND generation = $7
         AND (open_attempt_id = $4 OR open_attempt_id IS NULL) AND (lease_until IS NULL OR lease_until <= now()) RETURNING fence`,
      [
        this.context.workspace,
        attempt.connectionId,
        attempt.slot,
        attempt.id,
        worker,
        leaseMs,
        attempt.baseGeneration,
      ],
    );
    return rows[0]?.fence;
  }

  async find(id: string): Promise<RefreshAttempt | null> {
    return this.context.manager.findOneBy(RefreshAttempt, { workspaceId: this.context.workspace, id });
  }

  /** A slot's attempts, newest first. */
  async listOf(connectionId: string, limit: number): Promise<RefreshAttempt[]> {
    return this.context.manager.find(RefreshAttempt, {
      where: { workspaceId: this.context.workspace, connectionId },
      order: { startedAt: 'DESC' },
      take: limit,
    });
  }

  /** How long a provider that refused the slot's newest attempt for its rate still has to be left alone; 0: not at all. */
  async throttledForMs(connectionId: string, slot: string): Promise<number> {
    const [row] = await this.context.manager.query<{ ms: number }[]>(
      `SELECT (extract(epoch FROM s.refresh_due_at - now()) * 1000)::bigint AS ms FROM connection_slot s
       WHERE s.workspace_id = $1 AND s.connection_id = $2 AND s.slot = $3 AND s.refresh_due_at > now() + interval '500 ms'
         AND 'THROTTLED' = (SELECT a.failure_class FROM refresh_attempt a
           WHERE a.workspace_id = $1 AND a.connection_id = $2 AND a.slot = $3 ORDER BY a.started_at DESC LIMIT 1)`,
      [this.context.workspace, connectionId, slot],
    );
    return row?.ms ?? 0;
  }

  /** An answer came for it after all, when others had closed it: the resolver settles that answer at once. */
  async reopen(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = 'orphaned', resolve_at = now(), closed_at = NULL
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
  }

  /** Its end is known. */
  async close(
    id: string,
    end: { state: RefreshAttemptState; failureClass?: string; errorCode?: string; httpStatus?: number },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = $3, failure_class = coalesce($4, failure_class),
         error_code = coalesce($5, error_code), http_status = coalesce($6, http_status), closed_at = clock_timestamp(),
         resolve_at = NULL
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, end.state, end.failureClass, end.errorCode, end.httpStatus],
    );
  }

  /** Its end is not known, or not digested yet: the resolver takes it up in `resolveInMs`. */
  async leaveOpen(
    id: string,
    to: { state: RefreshAttemptState; resolveInMs: number; failureClass?: string; errorCode?: string },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = $3, resolve_at = now() + $4 * interval '1 ms',
         failure_class = coalesce($5, failure_class), error_code = coalesce($6, error_code)
       WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL`,
      [this.context.workspace, id, to.state, to.resolveInMs, to.failureClass, to.errorCode],
    );
  }
}
