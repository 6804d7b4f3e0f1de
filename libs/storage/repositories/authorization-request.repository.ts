import { AuthorizationRequest } from '../entities/authorization-request.entity.js';
import type { TransactionContext } from '../transaction.js';

export interface NewAuthorizationRequest {
  id: string;
  connectSessionId: string;
  integrationId: string;
  stateHash: Buffer;
  browserHash: Buffer;
  sealed: Buffer;
  redirectUri: string;
  /** How long `state` may be used. */
  lifeMs: number;
}

/** Visits to the provider: state used once, and what is kept sealed on the way. */
export class AuthorizationRequestRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(request: NewAuthorizationRequest): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO authorization_request (workspace_id, id, connect_session_id, integration_id, state_hash, browser_hash,
         sealed, redirect_uri, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 ms')`,
      [
        this.context.workspace,
        request.id,
        request.connectSessionId,
        request.integrationId,
        request.stateHash,
        request.browserHash,
        request.sealed,
        request.redirectUri,
        request.lifeMs,
      ],
    );
  }

  async find(id: string): Promise<AuthorizationRequest | null> {
    return this.context.manager.findOneBy(AuthorizationRequest, {
      workspaceId: this.context.workspace,
      id,
    });
  }

  async countOf(connectSessionId: string): Promise<number> {
    return this.context.manager.countBy(AuthorizationRequest, {
      workspaceId: this.context.workspace,
      connectSessionId,
    });
  }

  /**
   * Uses the state and takes what was sealed with it, in one statement: of two callbacks one gets it. Undefined where
   * it was used before or its time is over.
   */
  async claim(id: string): Promise<Buffer | undefined> {
    const [rows] = await this.context.manager.query<[{ sealed: Buffer }[], number]>(
      `WITH unused AS (
         SELECT workspace_id, id, sealed FROM authorization_request
         WHERE workspace_id = $1 AND id = $2 AND used_at IS NULL AND expires_at > now() AND sealed IS NOT NULL FOR UPDATE
       )
       UPDATE authorization_request a SET used_at = clock_timestamp(), sealed = NULL
       FROM unused u WHERE a.workspace_id = u.workspace_id AND a.id = u.id AND a.used_at IS NULL RETURNING u.sealed`,
      [this.context.workspace, id],
    );
    return rows[0]?.sealed;
  }

  /** Keeps the provider's answer until it is taken in. */
  async land(id: string, sealed: Buffer): Promise<void> {
    await this.context.manager.query(
      `UPDATE authorization_request SET sealed = $3 WHERE workspace_id = $1 AND id = $2 AND used_at IS NOT NULL`,
      [this.context.workspace, id, sealed],
    );
  }

  /** An answer that landed and was never taken in. */
  async findLanded(id: string): Promise<Buffer | undefined> {
    const rows = await this.context.manager.query<{ sealed: Buffer }[]>(
      `SELECT sealed FROM authorization_request
       WHERE workspace_id = $1 AND id = $2 AND used_at IS NOT NULL AND sealed IS NOT NULL AND NOT holds_grant`,
      [this.context.workspace, id],
    );
    return rows[0]?.sealed;
  }

  /** Keeps a grant until its session is confirmed. */
  async hold(id: string, sealed: Buffer): Promise<void> {
    await this.context.manager.query(
      `UPDATE authorization_request SET sealed = $3, holds_grant = true WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, sealed],
    );
  }

  /** The grant that a session's confirmation installs. */
  async findHeld(connectSessionId: string): Promise<{ id: string; sealed: Buffer } | undefined> {
    const rows = await this.context.manager.query<{ id: string; sealed: Buffer }[]>(
      `SELECT id, sealed FROM authorization_request
       WHERE workspace_id = $1 AND connect_session_id = $2 AND holds_grant AND sealed IS NOT NULL
       ORDER BY used_at DESC LIMIT 1`,
      [this.context.workspace, connectSessionId],
    );
    return rows[0];
  }

  /** Destroys what is still sealed of one visit. */
  async erase(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE authorization_request SET sealed = NULL, holds_grant = false WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
  }
}
