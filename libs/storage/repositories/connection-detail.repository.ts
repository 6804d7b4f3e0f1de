import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

/** Of a connection's integration, as the page of a connection needs it. */
export interface IntegrationFacts {
  name: string;
  state: string;
  pausedReason: string | null;
  provider: string;
  settings: Record<string, unknown>;
}

/** The token set that a slot serves now. */
export interface CurrentSet {
  slot: string;
  issuedAt: Date;
  tokenType: string;
  scope: string;
}

export interface FailedAttempt {
  id: string;
  slot: string;
  state: string;
  failureClass: string;
  errorCode: string | null;
  httpStatus: number | null;
  at: Date;
}

export interface Generation {
  slot: string;
  generation: number;
  issuedAt: Date;
  expiresAt: Date | null;
  scope: string;
  /** When the next one took its place. */
  supersededAt: Date | null;
  isCurrent: boolean;
  /** The refresh that brought it; null: an authorization did, or it is too long ago. */
  attemptId: string | null;
  trigger: string | null;
}

/** One connection closely: what its list does not show. Never a sealed value. */
export class ConnectionDetailRepository {
  constructor(private readonly context: TransactionContext) {}

  async integration(id: string): Promise<IntegrationFacts | undefined> {
    const rows = await this.context.manager.query<IntegrationFacts[]>(
      `SELECT name, state, paused_reason AS "pausedReason", provider, settings FROM integration
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
    return rows[0];
  }

  async currentSets(connection: string): Promise<CurrentSet[]> {
    return this.context.manager.query(
      `SELECT t.slot, t.issued_at AS "issuedAt", t.token_type AS "tokenType", t.scope
       FROM connection_slot s JOIN token_set t ON t.workspace_id = $1 AND t.connection_id = s.connection_id
         AND t.slot = s.slot AND t.generation = s.generation
       WHERE s.workspace_id = $1 AND s.connection_id = $2`,
      [this.context.workspace, connection],
    );
  }

  /** The newest refresh that failed, whatever came after it. */
  async lastFailure(connection: string): Promise<FailedAttempt | undefined> {
    const rows = await this.context.manager.query<FailedAttempt[]>(
      `SELECT id, slot, state, failure_class AS "failureClass", error_code AS "errorCode", http_status AS "httpStatus",
         coalesce(closed_at, started_at) AS at
       FROM refresh_attempt WHERE workspace_id = $1 AND connection_id = $2 AND failure_class IS NOT NULL
       ORDER BY started_at DESC LIMIT 1`,
      [this.context.workspace, connection],
    );
    return rows[0];
  }

  /** Newest first, after the generation and slot in the cursor. Superseded ones are kept for a while only. */
  async generations(
    connection: string,
    limit: number,
    after?: readonly [generation: number, slot: string],
  ): Promise<Generation[]> {
    return this.context.manager.query(
      `SELECT t.slot, t.generation, t.issued_at AS "issuedAt", t.expires_at AS "expiresAt", t.scope,
         n.issued_at AS "supersededAt", t.generation = s.generation AS "isCurrent", a.id AS "attemptId", a.trigger
       FROM token_set t
       JOIN connection_slot s ON s.workspace_id = $1 AND s.connection_id = t.connection_id AND s.slot = t.slot
       LEFT JOIN token_set n ON n.workspace_id = $1 AND n.connection_id = t.connection_id AND n.slot = t.slot
         AND n.generation = t.generation + 1
       LEFT JOIN LATERAL (SELECT a.id, a.trigger FROM refresh_attempt a WHERE a.workspace_id = $1
         AND a.connection_id = t.connection_id AND a.slot = t.slot AND a.base_generation = t.generation - 1
         AND a.state IN ('promoted', 'resolved') AND a.started_at <= t.issued_at ORDER BY a.started_at DESC LIMIT 1) a ON true
       WHERE t.workspace_id = $1 AND t.connection_id = $2
         AND ($4::integer IS NULL OR (t.generation, t.slot) < ($4::integer, $5::text))
       ORDER BY t.generation DESC, t.slot DESC LIMIT $3`,
      [this.context.workspace, connection, limit, after?.[0] ?? null, after?.[1] ?? null],
    );
  }

  /** Who erased it and when, as far as the audit log knows. */
  async erasure(connection: string): Promise<{ at: Date; actor: AuditActor } | undefined> {
    const rows = await this.context.manager.query<{ at: Date; entry: Buffer }[]>(
      `SELECT at, entry FROM audit_entry WHERE workspace_id = $1 AND subject_id = $2 AND action = 'connection.erased'
       ORDER BY sequence DESC LIMIT 1`,
      [this.context.workspace, connection],
    );
    if (!rows[0]) return undefined;
    const { actor } = JSON.parse(rows[0].entry.toString('utf8')) as { actor: AuditActor };
    return { at: rows[0].at, actor };
  }
}
