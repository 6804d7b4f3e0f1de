import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, requestId, type Actor, type Caller } from '#platform';
import {
  ApprovalRepository,
  AuditRepository,
  Database,
  Directory,
  InvitationRepository,
  MemberRepository,
  newId,
  type Approval,
  type Invitation,
  type Transaction,
} from '#storage';
import { AdminConfig } from '../admin.config.js';
import { refuseFormerAdmin } from '../members/former-admin.js';
import { RoleRaiseService } from '../members/role-raise.service.js';
import { AdminInvitationService } from './admin-invitation.service.js';
import { invitationHashOf, newInvitationToken } from './invitation-token.js';
import type { Invite } from './invitation.view.js';

/** An invitation that was just made: the one time that its link is known. */
export interface MadeInvitation {
  invitation: Invitation;
  approval?: Approval;
  url: string;
}

/** Who is asked to join a workspace, as its admins see it. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly config: AdminConfig,
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    private readonly raises: RoleRaiseService,
    private readonly adminInvitations: AdminInvitationService,
  ) {}

  async create(caller: Caller, wish: Invite): Promise<MadeInvitation> {
    const { email, role, expires_in_seconds, reason } = wish;
    const id = newId('inv');
    const token = newInvitationToken();
    const expiresAt = new Date(Date.now() + expires_in_seconds * 1_000);
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      await tx.get(MemberRepository).lockAll();
      await refuseFormerAdmin(tx, caller);
      const approval =
        role === 'admin' && (await this.raises.needsApproval(tx))
          ? await this.adminInvitations.request(tx, caller, { id, email, expiresAt }, reason)
          : undefined;
      await tx.get(InvitationRepository).insert({
        ...{ id, email, role, expiresAt, invitedBy: caller.actor },
        tokenHash: invitationHashOf(token)!,
        approvalId: approval?.id ?? null,
      });
      const detail = { email, role, expires_at: expiresAt.toISOString(), approval: approval?.id };
      await audit(tx, caller.actor, 'invitation.created', id, detail);
      const url = `${this.config.PUBLIC_URL}/admin/invitations/${token}`;
      return { invitation: await found(tx, id), approval, url };
    });
  }

  /** One row more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<Invitation[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(InvitationRepository).list(limit + 1, after));
  }

  /** Its link is dead at once. Revoking one again changes nothing. */
  async revoke(caller: Caller, id: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      await this.withdrawApproval(tx, caller, (await found(tx, id)).approvalId);
      const invitation = await tx.get(InvitationRepository).lock(id);
      if (invitation?.state === 'revoked') return;
      if (invitation?.state === 'accepted')
        throw new Problem('conflict', 'It was accepted before; remove the member.');
      await tx.get(InvitationRepository).revoke(id);
      await audit(tx, caller.actor, 'invitation.revoked', id, { email: invitation?.email });
    });
  }

  /** Whether a person may accept it now: whoever is a member of nothing signs in for that alone. */
  async isOpen(token: string): Promise<boolean> {
    const hash = invitationHashOf(token);
    const located = hash && (await this.directory.findInvitation(hash));
    if (!located) return false;
    const invitation = await this.database.inWorkspace(located.workspace, (tx) =>
      tx.get(InvitationRepository).find(located.id),
    );
    return invitation?.state === 'open';
  }

  /** First the approval and then the invitation, as whoever approves it does. */
  private async withdrawApproval(tx: Transaction, caller: Caller, id: string | null): Promise<void> {
    const approval = id === null ? undefined : await tx.get(ApprovalRepository).find(id);
    if (approval?.state === 'pending') await this.approvals.withdraw(tx, caller, approval.id);
  }
}

async function found(tx: Transaction, id: string): Promise<Invitation> {
  const invitation = await tx.get(InvitationRepository).find(id);
  if (!invitation)
    throw new Problem('invitation-not-found', `There is no invitation ${id} in this workspace.`);
  return invitation;
}

async function audit(
  tx: Transaction,
  actor: Actor,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx
    .get(AuditRepository)
    .append({ actor, action, subject: { type: 'invitation', id }, detail, requestId: requestId() });
}
