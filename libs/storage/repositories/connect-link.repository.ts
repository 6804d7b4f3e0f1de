import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

export const connectLinkStates = ['open', 'expired', 'awaiting_confirmation', 'completed', 'failed'] as const;

export interface ConnectLinkFilter {
  state?: (typeof connectLinkStates)[number];
  integration?: string;
  /** The caller's own id, exactly. */
  endUser?: string;
}

/** A connect session as a list shows it: never its link, which only its maker has seen. */
export interface ConnectLink {
  id: string;
  state: (typeof connectLinkStates)[number];
  integrationId: string;
  integrationName: string;
  provider: string;
  endUserId: string;
  endUserEmail: string | null;
  endUserName: string | null;
  scopes: string[];
  returnUrl: string | null;
  reconnects: string | null;
  connectionId: string | null;
  failureCode: string | null;
  failureDetail: string | null;
  createdBy: AuditActor;
  createdAt: Date;
  expiresAt: Date;
  completedAt: Date | null;
}

/** Connect links of a workspace. */
export class ConnectLinkRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(filter: ConnectLinkFilter, limit: number, after?: string): Promise<ConnectLink[]> {
    const { state, integration, endUser } = filter;
    const values: unknown[] = [this.context.workspace, limit];
    const conditions = ['s.workspace_id = $1'];
    const add = (column: string, operator: string, value: unknown) => {
      values.push(value);
      conditions.push(`${column} ${operator} $${values.length}`);
    };
    // A link that nobody used in time is open in its row.
    if (state !== undefined) add('s.state', '=', state === 'expired' ? 'open' : state);
    if (state === 'open') conditions.push('s.expires_at > now()');
    if (state === 'expired') conditions.push('s.expires_at <= now()');
    if (integration !== undefined) add('s.integration_id', '=', integration);
    if (endUser !== undefined) add('s.end_user_id', '=', endUser);
    if (after !== undefined) add('s.id', '<', after);
    return this.context.manager.query(
      `SELECT s.id, CASE WHEN s.state = 'open' AND s.expires_at <= now() THEN 'expired' ELSE s.state END AS state,
         s.integration_id AS "integrationId", i.name AS "integrationName", i.provider, s.end_user_id AS "endUserId",
         s.end_user_email AS "endUserEmail", s.end_user_name AS "endUserName", s.scopes, s.return_url AS "returnUrl",
         s.reconnect_connection_id AS reconnects, s.connection_id AS "connectionId", s.failure_code AS "failureCode",
         s.failure_detail AS "failureDetail", s.created_by AS "createdBy", s.created_at AS "createdAt",
         s.expires_at AS "expiresAt", s.completed_at AS "completedAt"
       FROM connect_session s JOIN integration i ON i.workspace_id = $1 AND i.id = s.integration_id
       WHERE ${conditions.join(' AND ')} ORDER BY s.id DESC LIMIT $2`,
      values,
    );
  }
}
