import { ConnectSession } from '../entities/connect-session.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewConnectSession = Pick<
  ConnectSession,
  | 'id'
  | 'integrationId'
  | 'tokenHash'
  | 'endUserId'
  | 'endUserEmail'
  | 'endUserName'
  | 'scopes'
  | 'resource'
  | 'tags'
  | 'returnUrl'
  | 'confirmation'
  | 'reconnectConnectionId'
  | 'createdBy'
> & { lifeMs: number };

/** Connect sessions: the link that an end user opens, and what became of it. */
export class ConnectSessionRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Answers when it expires, by the database's clock. */
  async insert(session: NewConnectSession): Promise<Date> {
    const rows = await this.context.manager.query<{ expires_at: Date }[]>(
      `INSERT INTO connect_session (workspace_id, id, integration_id, token_hash, end_user_id, end_user_email, end_user_name,
         scopes, resource, return_url, confirmation, reconnect_connection_id, created_by, tags, state, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', now() + $15 * interval '1 ms')
       RETURNING expires_at`,
      [
        this.context.workspace,
        session.id,
        session.integrationId,
        session.tokenHash,
        session.endUserId,
        session.endUserEmail,
        session.endUserName,
        session.scopes,
        session.resource,
        session.returnUrl,
        session.confirmation,
        session.reconnectConnectionId,
        JSON.stringify(session.createdBy),
        JSON.stringify(session.tags),
        session.lifeMs,
      ],
    );
    return rows[0]!.expires_at;
  }

  async find(id: string): Promise<ConnectSession | null> {
    return this.context.manager.findOneBy(ConnectSession, { workspaceId: this.context.workspace, id });
  }

  /** The row, locked until the transaction ends: it is completed and confirmed once. Lock it before its connection. */
  async lock(id: string): Promise<ConnectSession | null> {
    return this.context.manager.findOne(ConnectSession, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** SHA-256 of the one-time code; null where none was given or it was used. */
  async findConfirmationCodeHash(id: string): Promise<Buffer | null> {
    const rows = await this.context.manager.query<{ hash: Buffer | null }[]>(
      `SELECT confirmation_code_hash AS hash FROM connect_session WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
    return rows[0]?.hash ?? null;
  }

  /** The last thing that was refused. It ends nothing: the link stays good, and a completed session stays completed. */
  async recordFailure(id: string, failure: { code: string; detail: string }): Promise<void> {
    await this.context.manager.query(
      `UPDATE connect_session SET failure_code = $3, failure_detail = $4,
         state = CASE WHEN state = 'open' THEN 'failed' ELSE state END
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, failure.code, failure.detail],
    );
  }

  /** The authorization is complete; the platform has `confirmWithinMs` at least to say that it was the right person. */
  async awaitConfirmation(
    id: string,
    awaited: { connectionId: string; codeHash: Buffer; confirmWithinMs: number },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE connect_session SET state = 'awaiting_confirmation', connection_id = $3, confirmation_code_hash = $4,
         failure_code = NULL, failure_detail = NULL,
         expires_at = greatest(expires_at, now() + $5 * interval '1 ms')
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, awaited.connectionId, awaited.codeHash, awaited.confirmWithinMs],
    );
  }

  async complete(id: string, connectionId: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE connect_session SET state = 'completed', connection_id = $3, completed_at = now(),
         confirmation_code_hash = NULL, failure_code = NULL, failure_detail = NULL
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, connectionId],
    );
  }
}
