import type { TransactionContext } from '../transaction.js';

/** A token that is known by its fingerprint, as it stood at `readAt` (database clock). Never its value. */
export interface FingerprintedToken {
  kind: 'access' | 'refresh';
  connectionId: string;
  state: string;
  endUserId: string | null;
  subject: string | null;
  clientId: string | null;
  resource: string[];
  tokenType: string;
  scope: string;
  issuedAt: Date;
  /** Of this token; null where that is not known. */
  expiresAt: Date | null;
  /** It belongs to its slot's newest generation. */
  newest: boolean;
  readAt: Date;
}

/** The workspace's tokens by what is kept of them for good: keyed fingerprints, superseded ones too. */
export class TokenFingerprintRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first; several where a provider gives the same token again. */
  async list(fingerprint: Buffer): Promise<FingerprintedToken[]> {
    return this.context.manager.query(LIST, [this.context.workspace, fingerprint]);
  }
}

const LIST = `SELECT k.kind, c.id AS "connectionId", c.state, c.end_user_id AS "endUserId", c.subject,
    i.client_id AS "clientId", c.resource, t.token_type AS "tokenType", t.scope, t.issued_at AS "issuedAt",
    CASE WHEN k.kind = 'access' THEN t.expires_at ELSE s.refresh_token_expires_at END AS "expiresAt",
    s.generation = t.generation AS newest, clock_timestamp() AS "readAt"
  FROM token_set t
  CROSS JOIN LATERAL (SELECT CASE WHEN t.access_token_fingerprint = $2 THEN 'access' ELSE 'refresh' END AS kind) k
  JOIN connection_slot s ON s.workspace_id = t.workspace_id AND s.connection_id = t.connection_id AND s.slot = t.slot
  JOIN connection c ON c.workspace_id = t.workspace_id AND c.id = t.connection_id
  JOIN integration i ON i.workspace_id = c.workspace_id AND i.id = c.integration_id
  WHERE t.workspace_id = $1 AND (t.access_token_fingerprint = $2 OR t.refresh_token_fingerprint = $2)
  ORDER BY t.issued_at DESC, t.generation DESC LIMIT 20`;
