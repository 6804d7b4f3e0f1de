import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, type Caller } from '#platform';
import { InvitationRepository, type Approval, type Transaction } from '#storage';
import type { ApprovalHandler } from '../approvals/approval-handlers.js';

/** What of an invitation another admin approves. */
export interface AdminInvitation {
  id: string;
  email: string;
  expiresAt: Date;
}

/** Inviting somebody as an admin, where another admin is there to approve it: until then its link is dead. */
@Injectable()
export class AdminInvitationService implements ApprovalHandler {
  readonly action = 'member.invite_admin';

  constructor(private readonly approvals: Approvals) {}

  async request(
    tx: Transaction,
    caller: Caller,
    invitation: AdminInvitation,
    reason = `${invitation.email} shall be an admin.`,
  ): Promise<Approval> {
    return this.approvals.request(tx, caller, { ...this.purpose(invitation), reason });
  }

  /** Nothing is left to do: an invitation looks at its approval. */
  async execute(tx: Transaction, approver: Caller, { id, subject }: Approval): Promise<void> {
    const invitation = await tx.get(InvitationRepository).find(subject.id);
    if (invitation?.state !== 'open')
      throw new Problem('conflict', `The invitation is ${invitation?.state ?? 'gone'}; make another.`);
    await this.approvals.use(tx, approver, id, this.purpose(invitation));
  }

  private purpose({ id, email, expiresAt }: AdminInvitation) {
    const content = { email, role: 'admin', expires_at: expiresAt.toISOString() };
    return { action: this.action, subject: { type: 'invitation', id }, content };
  }
}
