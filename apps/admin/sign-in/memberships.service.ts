import { Injectable } from '@nestjs/common';
import { requestId, type Actor, type Role } from '#platform';
import {
  AuditRepository,
  Database,
  MemberRepository,
  SignIns,
  type Membership,
  type Transaction,
} from '#storage';
import { InvitationsService } from '../invitations/invitations.service.js';
import { LostRightsService } from '../members/lost-rights.service.js';
import { everyWorkspace, rolesOfClaims, stronger } from './claims-roles.js';
import type { IssuerSettings } from './issuers-file.js';

/** What claims give a person, or take from them, in one workspace. */
interface Change {
  workspace: string;
  personId: string;
  before: Pick<Membership, 'role' | 'source'> | undefined;
  role: Role | undefined;
  issuer: IssuerSettings;
}

/** Brings a person's roles up to what their identity provider says of them, at each sign-in. */
@Injectable()
export class MembershipsService {
  constructor(
    private readonly database: Database,
    private readonly signIns: SignIns,
    private readonly invitations: InvitationsService,
    private readonly lostRights: LostRightsService,
  ) {}

  /** Whether the link that somebody came with still makes them a member of something. */
  async isInvited(token: string | undefined): Promise<boolean> {
    return token !== undefined && this.invitations.isOpen(token);
  }

  /** Whether claims give a role anywhere. */
  areGivenBy({ roles }: IssuerSettings, claims: Readonly<Record<string, unknown>>): boolean {
    return rolesOfClaims(roles, claims).size > 0;
  }

  /** Where the person is a member afterwards. */
  async bringUpToDate(
    personId: string,
    issuer: IssuerSettings,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<Membership[]> {
    const before = await this.signIns.listMemberships(personId);
    const roles = await this.expand(rolesOfClaims(issuer.roles, claims));
    const known = new Map(before.map((membership) => [membership.workspace, membership]));
    const workspaces = new Set([...roles.keys(), ...known.keys()]);
    const changes = [...workspaces].map((workspace) => ({
      workspace,
      personId,
      before: known.get(workspace),
      role: roles.get(workspace),
      issuer,
    }));
    const needed = changes.filter(isNeeded);
    for (const change of needed) await this.apply(change);
    return needed.length > 0 ? this.signIns.listMemberships(personId) : before;
  }

  /** The sign-in itself, in the log of every workspace that it opens. */
  async recordSignIn(
    memberships: readonly Membership[],
    person: { id: string; name: string },
    detail: Record<string, unknown>,
  ): Promise<void> {
    for (const { workspace } of memberships)
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(AuditRepository).append({
          actor: { type: 'user', id: person.id, name: person.name },
          action: 'person.signed_in',
          subject: { type: 'person', id: person.id },
          detail,
          requestId: requestId(),
        }),
      );
  }

  private async expand(roles: Map<string, Role>): Promise<Map<string, Role>> {
    const everywhere = roles.get(everyWorkspace);
    roles.delete(everyWorkspace);
    const existing = new Set(await this.signIns.listWorkspaces());
    if (everywhere)
      for (const workspace of existing) roles.set(workspace, stronger(roles.get(workspace), everywhere));
    // A rule for a workspace that is not there gives nothing.
    return new Map([...roles].filter(([workspace]) => existing.has(workspace)));
  }

  private async apply(found: Change): Promise<void> {
    const { workspace, personId, role, issuer } = found;
    await this.database.inWorkspace(workspace, async (tx) => {
      const members = tx.get(MemberRepository);
      await members.lockAll();
      // An admin, or an invitation, may have been quicker.
      const change = { ...found, before: await members.find(personId) };
      if (!isNeeded(change)) return;
      const isAdmin = change.before?.role === 'admin';
      if (isAdmin && role !== 'admin' && (await members.countAdmins()) === 1)
        return audit(tx, change, 'member.kept_as_last_admin');
      if (role === undefined) {
        await members.remove(personId);
        await audit(tx, change, 'member.removed');
      } else {
        await members.put(personId, role, 'claims');
        await audit(tx, change, change.before ? 'member.role_changed' : 'member.added');
      }
      if (role === undefined || (isAdmin && role !== 'admin'))
        await this.lostRights.withdrawAllOf(tx, claimsOf(issuer), personId);
    });
  }
}

/** What somebody here gave stays, unless the claims give more. */
function isNeeded({ before, role }: Change): boolean {
  if (!before) return role !== undefined;
  if (before.source === 'claims') return before.role !== role;
  return role !== undefined && stronger(before.role as Role, role) !== before.role;
}

const claimsOf = ({ name }: IssuerSettings): Actor => ({
  type: 'service',
  id: 'admin',
  name: `claims of ${name}`,
});

async function audit(
  tx: Transaction,
  { personId, before, role, issuer }: Change,
  action: string,
): Promise<void> {
  await tx.get(AuditRepository).append({
    actor: claimsOf(issuer),
    action,
    subject: { type: 'member', id: personId },
    detail: { from: before?.role ?? null, to: role ?? null },
    requestId: requestId(),
  });
}
