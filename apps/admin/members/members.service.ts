import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, type Actor, type Caller, type FoundSession } from '#platform';
import {
  AuditRepository,
  Database,
  MemberRepository,
  type Approval,
  type Member,
  type Transaction,
} from '#storage';
import type { MemberChange } from './member.view.js';
import { refuseFormerAdmin } from './former-admin.js';
import { LostRightsService } from './lost-rights.service.js';
import { RoleRaiseService } from './role-raise.service.js';

/** What became of a wish: done, or asked of another admin. */
export type RoleChange = { member: Member } | { approval: Approval };

/** Who is what in a workspace. Changes of one workspace's members happen one after the other. */
@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly raises: RoleRaiseService,
    private readonly lostRights: LostRightsService,
  ) {}

  /** One row more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<Member[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(MemberRepository).list(limit + 1, after));
  }

  async find({ workspace }: Caller, id: string): Promise<Member> {
    return this.database.inWorkspace(workspace, (tx) => found(tx, id));
  }

  /** Effective with their next request. The source stays: claims go on deciding where they did. */
  async changeRole(
    caller: Caller,
    id: string,
    { role, reason }: MemberChange,
    ifMatch?: string,
  ): Promise<RoleChange> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const member = await lockedForChange(tx, id, ifMatch);
      if (member.role === role) return { member };
      await refuseWithoutAdmin(tx, member);
      await refuseFormerAdmin(tx, caller);
      if (role === 'admin' && (await this.raises.needsApproval(tx)))
        return { approval: await this.raises.request(tx, caller, member, reason) };
      await tx.get(MemberRepository).put(id, role, member.source);
      await audit(tx, caller.actor, 'member.role_changed', id, { from: member.role, to: role, reason });
      if (member.role === 'admin') await this.lostRights.withdrawAllOf(tx, caller.actor, id);
      return { member: await found(tx, id) };
    });
  }

  async remove(caller: Caller, id: string, ifMatch?: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const member = await lockedForChange(tx, id, ifMatch);
      await refuseWithoutAdmin(tx, member);
      await refuseFormerAdmin(tx, caller);
      await tx.get(MemberRepository).remove(id);
      await audit(tx, caller.actor, 'member.removed', id, { role: member.role });
      await this.lostRights.withdrawAllOf(tx, caller.actor, id);
    });
  }

  /** Everybody may leave, even while the workspace is suspended, but for its last admin. */
  async leave({ person: { id, name }, membership }: FoundSession): Promise<void> {
    if (!membership) throw new Problem('workspace-not-found', 'You are a member of no such workspace.');
    await this.database.inWorkspace(membership.workspace, async (tx) => {
      const member = await lockedForChange(tx, id);
      await refuseWithoutAdmin(tx, member);
      await tx.get(MemberRepository).remove(id);
      const actor = { type: 'user', id, name } as const;
      await audit(tx, actor, 'member.left', id, { role: member.role });
      await this.lostRights.withdrawAllOf(tx, actor, id);
    });
  }
}

async function found(tx: Transaction, id: string): Promise<Member> {
  const member = await tx.get(MemberRepository).find(id);
  if (!member) throw new Problem('member-not-found', `${id} is no member of this workspace.`);
  return member;
}

async function lockedForChange(tx: Transaction, id: string, ifMatch?: string): Promise<Member> {
  await tx.get(MemberRepository).lockAll();
  const member = await found(tx, id);
  checkIfMatch(ifMatch, member.version);
  return member;
}

/** Of two admins who remove each other at once, the second finds that nobody else is left. */
async function refuseWithoutAdmin(tx: Transaction, member: Member): Promise<void> {
  if (member.role !== 'admin' || (await tx.get(MemberRepository).countAdmins()) > 1) return;
  throw new Problem('last-admin', `${member.name} is the only admin; make somebody else one first.`);
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
    .append({ actor, action, subject: { type: 'member', id }, detail, requestId: requestId() });
}
