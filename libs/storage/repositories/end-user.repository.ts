import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

export type EndUserRemovalState = 'revoking' | 'erased' | 'stopped';

/** An end user's connections are revoked, and erased as each comes to its end at the provider. */
export interface EndUserRemoval {
  id: string;
  endUser: string;
  revocationId: string;
  state: EndUserRemovalState;
  connections: number;
  connectSessions: number;
  erased: number;
  requestedBy: AuditActor;
  requestId: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

const columns = `id, end_user_id AS "endUser", revocation_id AS "revocationId", state, connections,
  connect_sessions AS "connectSessions", erased, requested_by AS "requestedBy", request_id AS "requestId",
  created_at AS "createdAt", finished_at AS "finishedAt"`;

/** What is held of an end user, and its removal. */
export class EndUserRepository {
  constructor(private readonly context: TransactionContext) {}

  async countConnections(endUser: string): Promise<{ state: string; count: number }[]> {
    return this.context.manager.query(
      `SELECT state, count(*)::integer AS count FROM connection WHERE workspace_id = $1 AND end_user_id = $2
       GROUP BY state ORDER BY state`,
      [this.context.workspace, endUser],
    );
  }

  async countSessions(endUser: string): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM connect_session WHERE workspace_id = $1 AND end_user_id = $2`,
      [this.context.workspace, endUser],
    );
    return row!.count;
  }

  /**
   * Whoever is on the way to complete one is waited for, and found among the connections then; whoever comes later finds
   * the link unknown. Those that made a connection go with it. Answers how many.
   */
  async closeSessions(endUser: string): Promise<number> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `DELETE FROM connect_session s WHERE s.workspace_id = $1 AND s.end_user_id = $2 AND (s.state <> 'completed'
         OR NOT EXISTS (SELECT FROM connection c WHERE c.workspace_id = $1 AND c.id = s.connection_id))`,
      [this.context.workspace, endUser],
    );
    return count;
  }

  /** One removal of an end user at a time is asked for: until the transaction ends. */
  async lock(endUser: string): Promise<void> {
    await this.context.manager.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('evergrant.end-user ' || $1 || ' ' || $2, 0))`,
      [this.context.workspace, endUser],
    );
  }

  async insertRemoval(
    removal: Pick<
      EndUserRemoval,
      'id' | 'endUser' | 'revocationId' | 'connections' | 'connectSessions' | 'requestedBy'
    > & { requestId: string | undefined },
  ): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO end_user_removal (workspace_id, id, end_user_id, revocation_id, connections, connect_sessions,
         requested_by, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        this.context.workspace,
        removal.id,
        removal.endUser,
        removal.revocationId,
        removal.connections,
        removal.connectSessions,
        JSON.stringify(removal.requestedBy),
        removal.requestId ?? null,
      ],
    );
  }

  /** The newest. */
  async findRemovalOf(endUser: string): Promise<EndUserRemoval | undefined> {
    const rows = await this.context.manager.query<EndUserRemoval[]>(
      `SELECT ${columns} FROM end_user_removal WHERE workspace_id = $1 AND end_user_id = $2 ORDER BY id DESC LIMIT 1`,
      [this.context.workspace, endUser],
    );
    return rows[0];
  }

  /** Takes one that is due for `leaseMs`; undefined where somebody else has it, or it is done. */
  async claimRemoval(id: string, leaseMs: number): Promise<EndUserRemoval | undefined> {
    const [rows] = await this.context.manager.query<[EndUserRemoval[], number]>(
      `UPDATE end_user_removal SET next_attempt_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND state = 'revoking' AND next_attempt_at <= now() RETURNING ${columns}`,
      [this.context.workspace, id, leaseMs],
    );
    return rows[0];
  }

  async postponeRemoval(id: string, inMs: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE end_user_removal SET next_attempt_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND state = 'revoking'`,
      [this.context.workspace, id, inMs],
    );
  }

  /** Its connections that came to their end at the provider, and of which nothing is on the way. */
  async listErasable({ revocationId }: EndUserRemoval, limit: number): Promise<string[]> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT c.id FROM revocation_target t
       JOIN connection c ON c.workspace_id = t.workspace_id AND c.id = t.connection_id
       WHERE t.workspace_id = $1 AND t.revocation_id = $2 AND c.state = 'revoked'
         AND NOT EXISTS (SELECT FROM refresh_attempt a
           WHERE a.workspace_id = c.workspace_id AND a.connection_id = c.id AND a.closed_at IS NULL)
       ORDER BY c.id LIMIT $3`,
      [this.context.workspace, revocationId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** How many of its connections are still there. */
  async countLeft({ revocationId }: EndUserRemoval): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM revocation_target t
       JOIN connection c ON c.workspace_id = t.workspace_id AND c.id = t.connection_id
       WHERE t.workspace_id = $1 AND t.revocation_id = $2`,
      [this.context.workspace, revocationId],
    );
    return row!.count;
  }

  async countErased(id: string, erased: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE end_user_removal SET erased = erased + $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, erased],
    );
  }

  /** True for the one caller that ends it. */
  async finishRemoval(id: string, state: 'erased' | 'stopped'): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE end_user_removal SET state = $3, finished_at = now(), next_attempt_at = NULL
       WHERE workspace_id = $1 AND id = $2 AND state = 'revoking'`,
      [this.context.workspace, id, state],
    );
    return count === 1;
  }
}
