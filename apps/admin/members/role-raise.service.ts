import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, requestId, type Caller } from '#platform';
import { AuditRepository, MemberRepository, type Approval, type Member, type Transaction } from '#storage';
import type { ApprovalHandler } from '../approvals/approval-handlers.js';

/** Making somebody an admin, where another admin is there to approve it. */
@Injectable()
export class RoleRaiseService implements ApprovalHandler {
  readonly action = 'member.role_raise';

  constructor(private readonly approvals: Approvals) {}

  /** Nobody but the one admin could approve: then it is theirs alone. */
  async needsApproval(tx: Transaction): Promise<boolean> {
    return (await tx.get(MemberRepository).countAdmins()) > 1;
  }

  async request(tx: Transaction, caller: Caller, member: Member, reason?: string): Promise<Approval> {
    return this.approvals.request(tx, caller, {
      ...this.purpose(member.personId, member.role),
      reason: reason ?? `${member.name} shall be an admin.`,
    });
  }

  async execute(tx: Transaction, approver: Caller, approval: Approval): Promise<void> {
    const members = tx.get(MemberRepository);
    await members.lockAll();
    const { id } = approval.subject;
    const member = await members.find(id);
    if (!member) throw new Problem('conflict', `${id} is no longer a member.`);
    if (member.role !== approval.content['from'])
      throw new Problem('conflict', `${member.name} is ${member.role} by now; ask for it anew.`);
    await this.approvals.use(tx, approver, approval.id, this.purpose(id, member.role));
    await members.put(id, 'admin', member.source);
    await tx.get(AuditRepository).append({
      actor: approver.actor,
      action: 'member.role_changed',
      subject: { type: 'member', id },
      detail: { from: member.role, to: 'admin', approval: approval.id, requested_by: approval.requestedBy },
      requestId: requestId(),
    });
  }

  private purpose(person: string, from: string) {
    const content = { person, role: 'admin', from };
    return { action: this.action, subject: { type: 'member', id: person }, content };
  }
}
