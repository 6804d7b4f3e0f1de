import { RefreshAttempt, type RefreshAttemptState } from '../entities/refresh-attempt.entity.js';
import type { TransactionContext } from '../transaction.js';

/** An attempt that is not closed, and what is landed of it. */
export interface FoundAttempt {
  connection: string;
  slot: string;
  generation: number;
  worker: string;
  sinceStartMs: number;
  landed: Buffer | null;
  /** Its worker has not said since that its spool is empty. */
  spoolMayHold: boolean;
}

/** Attempts: the intent before the wire, and how it ended. */
export class AttemptRepository {
  constructor(private readonly context: TransactionContext) {}

  /**
   * The resolver's T1: takes the lease of a slot that still stands where this attempt set out from, and answers the new
   * fence. Undefined where its worker is alive after all, another resolver was first, or another attempt is under way.
   */
  async takeOver(
    attempt: { id: string; connection: string; slot: string; generation: number; fence: number },
    worker: string,
    leaseMs: number,
  ): Promise<number | undefined> {
    const [rows] = await this.context.manager.query<[{ fence: number }[], number]>(
      `UPDATE connection_slot SET fence = fence + 1, lease_owner = $5, lease_until = now() + $6 * interval '1 ms',
         open_attempt_id = $4
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND generation = $7 AND fence = $8
         AND (open_attempt_id = $4 OR open_attempt_id IS NULL) AND (lease_until IS NULL OR lease_until <= now()) RETURNING fence`,
      [
        this.context.workspace,
        attempt.connection,
        attempt.slot,
        attempt.id,
        worker,
        leaseMs,
        attempt.generation,
        attempt.fence,
      ],
    );
    return rows[0]?.fence;
  }

  /** Undefined where it is closed. A landing that nobody understood counts as none. */
  async findOpen(id: string): Promise<FoundAttempt | undefined> {
    const [row] = await this.context.manager.query<FoundAttempt[]>(
      `SELECT a.connection_id AS connection, a.slot, a.base_generation AS generation, a.worker,
         round(extract(epoch FROM clock_timestamp() - a.started_at) * 1000)::bigint AS "sinceStartMs",
         l.sealed_answer AS landed, w.id IS NOT NULL AND w.given_up_at IS NULL AND NOT coalesce(
           w.spool_drained_at > a.deadline OR (w.started_at > a.started_at AND w.spool_drained_at > w.started_at),
           false) AS "spoolMayHold"
       FROM refresh_attempt a
       LEFT JOIN token_landing l ON l.workspace_id = a.workspace_id AND l.attempt_id = a.id AND l.state <> 'quarantined'
       LEFT JOIN refresh_worker w ON w.id = a.worker
       WHERE a.workspace_id = $1 AND a.id = $2 AND a.closed_at IS NULL`,
      [this.context.workspace, id],
    );
    return row;
  }

  /** The resolver looks at a connection's open attempts at once; how many there are. */
  async hurryOf(connectionId: string): Promise<number> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE refresh_attempt SET resolve_at = now()
       WHERE workspace_id = $1 AND connection_id = $2 AND closed_at IS NULL AND resolve_at > now()`,
      [this.context.workspace, connectionId],
    );
    return count;
  }

  /** Puts an open attempt off; nothing else about it changes. */
  async postpone(id: string, inMs: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET resolve_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL`,
      [this.context.workspace, id, inMs],
    );
  }

  /** To settle its answer, for one replica at a time: how often that was tried. Undefined where another has it for now. */
  async claim(id: string, forMs: number): Promise<number | undefined> {
    const [rows] = await this.context.manager.query<[{ settlings: number }[], number]>(
      `UPDATE refresh_attempt SET resolve_at = now() + $3 * interval '1 ms', settlings = settlings + 1
       WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL AND resolve_at <= now() RETURNING settlings`,
      [this.context.workspace, id, forMs],
    );
    return rows[0]?.settlings;
  }

  /** A slot's attempts, newest first. */
  async listOf(connectionId: string, limit: number): Promise<RefreshAttempt[]> {
    return this.context.manager.find(RefreshAttempt, {
      where: { workspaceId: this.context.workspace, connectionId },
      order: { startedAt: 'DESC' },
      take: limit,
    });
  }

  /** An answer came for it after all, when others had closed it: the resolver settles that answer at once. */
  async reopen(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = 'orphaned', resolve_at = now(), closed_at = NULL
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
  }

  /** Its end no longer matters to anybody; unless an answer landed since, which somebody has to settle. */
  async closeWithoutAnswer(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = 'resolved', closed_at = clock_timestamp(), resolve_at = NULL
       WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL AND state <> 'landed'`,
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
    to: {
      state: RefreshAttemptState;
      resolveInMs: number;
      failureClass?: string;
      errorCode?: string;
      httpStatus?: number;
    },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE refresh_attempt SET state = $3, resolve_at = now() + $4 * interval '1 ms',
         failure_class = coalesce($5, failure_class), error_code = coalesce($6, error_code),
         http_status = coalesce($7, http_status)
       WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL`,
      [this.context.workspace, id, to.state, to.resolveInMs, to.failureClass, to.errorCode, to.httpStatus],
    );
  }
}
