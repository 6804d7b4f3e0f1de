import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

/** Open: its link can be accepted. Refused: the approval that it needed was not given. */
export type InvitationState = 'awaiting_approval' | 'open' | 'accepted' | 'revoked' | 'refused' | 'expired';

export interface Invitation {
  id: string;
  email: string;
  role: string;
  state: InvitationState;
  approvalId: string | null;
  invitedBy: AuditActor;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  acceptedBy: string | null;
  workspaceName: string;
  workspaceSuspended: boolean;
}

export interface NewInvitation {
  id: string;
  email: string;
  role: string;
  tokenHash: Buffer;
  approvalId: string | null;
  invitedBy: AuditActor;
  expiresAt: Date;
}

const state = `CASE
  WHEN i.accepted_at IS NOT NULL THEN 'accepted'
  WHEN i.revoked_at IS NOT NULL THEN 'revoked'
  WHEN a.state IN ('rejected', 'withdrawn', 'lapsed') OR a.state = 'pending' AND a.lapses_at <= now() THEN 'refused'
  WHEN i.expires_at <= now() THEN 'expired'
  WHEN a.state = 'pending' THEN 'awaiting_approval'
  ELSE 'open' END`;

const invitations = `SELECT i.id, i.email, i.role, ${state} AS state, i.approval_id AS "approvalId",
    i.invited_by AS "invitedBy", i.created_at AS "createdAt", i.expires_at AS "expiresAt",
    i.accepted_at AS "acceptedAt", i.accepted_by AS "acceptedBy",
    w.name AS "workspaceName", w.suspended_at IS NOT NULL AS "workspaceSuspended"
  FROM invitation i JOIN workspace w ON w.id = i.workspace_id
  LEFT JOIN approval a ON a.workspace_id = i.workspace_id AND a.id = i.approval_id
  WHERE i.workspace_id = $1`;

/** Who was asked to join the workspace. The token of the link is stored as its SHA-256 alone. */
export class InvitationRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(invitation: NewInvitation): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO invitation (workspace_id, id, email, role, token_hash, approval_id, invited_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        this.context.workspace,
        invitation.id,
        invitation.email,
        invitation.role,
        invitation.tokenHash,
        invitation.approvalId,
        JSON.stringify(invitation.invitedBy),
        invitation.expiresAt,
      ],
    );
  }

  async find(id: string): Promise<Invitation | undefined> {
    return (await this.selected(`AND i.id = $2`, [id]))[0];
  }

  /** Nobody else changes it until the transaction ends. */
  async lock(id: string): Promise<Invitation | undefined> {
    return (await this.selected(`AND i.id = $2 FOR UPDATE OF i`, [id]))[0];
  }

  /** Newest first; after the one in the cursor. */
  async list(limit: number, after?: string): Promise<Invitation[]> {
    return this.selected(`AND ($2::text IS NULL OR i.id < $2) ORDER BY i.id DESC LIMIT $3`, [
      after ?? null,
      limit,
    ]);
  }

  async accept(id: string, personId: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE invitation SET accepted_at = now(), accepted_by = $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, personId],
    );
  }

  async revoke(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE invitation SET revoked_at = now() WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
  }

  /** Revokes all that a person made and that could still be accepted, now or after an approval. */
  async revokeAllOf(personId: string): Promise<{ id: string; email: string }[]> {
    const [rows] = await this.context.manager.query<[{ id: string; email: string }[], number]>(
      `UPDATE invitation SET revoked_at = now()
       WHERE workspace_id = $1 AND invited_by->>'type' = 'user' AND invited_by->>'id' = $2
         AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now() RETURNING id, email`,
      [this.context.workspace, personId],
    );
    return rows;
  }

  /** The address that a person's identity provider vouches for. */
  async findVerifiedEmail(personId: string): Promise<string | undefined> {
    const rows = await this.context.manager.query<{ email: string | null }[]>(
      `SELECT email FROM person WHERE id = $1 AND email_verified`,
      [personId],
    );
    return rows[0]?.email ?? undefined;
  }

  private async selected(condition: string, values: unknown[]): Promise<Invitation[]> {
    return this.context.manager.query<Invitation[]>(`${invitations} ${condition}`, [
      this.context.workspace,
      ...values,
    ]);
  }
}
