import { Injectable } from '@nestjs/common';
import { isWithin, Problem, requestId, type FoundSession, type Role } from '#platform';
import {
  AuditRepository,
  Database,
  Directory,
  InvitationRepository,
  MemberRepository,
  Sessions,
  type Invitation,
  type InvitationState,
  type Located,
  type Transaction,
} from '#storage';
import { invitationHashOf, isSameAddress } from './invitation-token.js';

/** Why a link cannot be accepted, now or by this person. */
export type InvitationObstacle =
  Exclude<InvitationState, 'open'> | 'suspended' | 'other_address' | 'unverified_address';

/** An invitation as whoever has the link meets it. */
export interface OpenedInvitation {
  invitation: Invitation;
  obstacle: InvitationObstacle | undefined;
}

/** What whoever has the link of an invitation may do with it. */
@Injectable()
export class InvitationLinksService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly sessions: Sessions,
  ) {}

  /** @throws Problem `invitation-not-found` */
  async open(token: string, session: FoundSession | undefined): Promise<OpenedInvitation> {
    const { workspace, id } = await this.locate(token);
    return this.database.inWorkspace(workspace, async (tx) => {
      const invitation = existing(await tx.get(InvitationRepository).find(id));
      return { invitation, obstacle: await obstacleOf(tx, invitation, session) };
    });
  }

  /** Makes the person a member, once; what stood in the way, where something did. */
  async accept(token: string, session: FoundSession): Promise<OpenedInvitation> {
    const { workspace, id } = await this.locate(token);
    const opened = await this.database.inWorkspace(workspace, async (tx) => {
      await tx.get(MemberRepository).lockAll();
      const invitation = existing(await tx.get(InvitationRepository).lock(id));
      const obstacle = await obstacleOf(tx, invitation, session);
      if (!obstacle) await join(tx, invitation, session.person);
      return { invitation, obstacle };
    });
    if (!opened.obstacle) await this.sessions.switchTo(session.id, workspace);
    return opened;
  }

  private async locate(token: string): Promise<Located> {
    const hash = invitationHashOf(token);
    const located = hash && (await this.directory.findInvitation(hash));
    if (!located) throw new Problem('invitation-not-found');
    return located;
  }
}

function existing(invitation: Invitation | undefined): Invitation {
  if (!invitation) throw new Problem('invitation-not-found');
  return invitation;
}

async function obstacleOf(
  tx: Transaction,
  { state, email, workspaceSuspended }: Invitation,
  session: FoundSession | undefined,
): Promise<InvitationObstacle | undefined> {
  if (state !== 'open') return state;
  if (workspaceSuspended) return 'suspended';
  if (!session) return undefined;
  const verified = await tx.get(InvitationRepository).findVerifiedEmail(session.person.id);
  if (verified === undefined) return 'unverified_address';
  return isSameAddress(verified, email) ? undefined : 'other_address';
}

/** A role that is more than the invitation's, or other rights than its, is kept: nobody loses any by accepting. */
async function join(
  tx: Transaction,
  { id: invitation, role, invitedBy }: Invitation,
  person: FoundSession['person'],
): Promise<void> {
  const members = tx.get(MemberRepository);
  const before = await members.find(person.id);
  await tx.get(InvitationRepository).accept(invitation, person.id);
  const accepted = { member: person.id, invited_by: invitedBy };
  await audit(tx, person, 'invitation.accepted', { type: 'invitation', id: invitation }, accepted);
  if (before && (before.role === role || !isWithin(before.role as Role, role as Role))) return;
  await members.put(person.id, role, before?.source ?? 'invitation');
  await audit(
    tx,
    person,
    before ? 'member.role_changed' : 'member.added',
    { type: 'member', id: person.id },
    { from: before?.role ?? null, to: role, invitation },
  );
}

async function audit(
  tx: Transaction,
  { id, name }: FoundSession['person'],
  action: string,
  subject: { type: string; id: string },
  detail: Record<string, unknown>,
): Promise<void> {
  await tx
    .get(AuditRepository)
    .append({ actor: { type: 'user', id, name }, action, subject, detail, requestId: requestId() });
}
