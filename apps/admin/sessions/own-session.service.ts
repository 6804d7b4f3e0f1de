import { Injectable } from '@nestjs/common';
import { permissionsOfRole, Problem, type FoundSession, type Role } from '#platform';
import { Sessions, SignIns, type ListedSession } from '#storage';
import { sessionView, type SessionView } from './session.view.js';

/** What a person may do with their own sessions. */
@Injectable()
export class OwnSessionService {
  constructor(
    private readonly sessions: Sessions,
    private readonly signIns: SignIns,
  ) {}

  async read(session: FoundSession): Promise<SessionView> {
    const memberships = await this.signIns.listMemberships(session.person.id);
    const { membership } = session;
    return sessionView(session, membership ? permissionsOfRole(membership.role) : [], memberships);
  }

  /** @throws Problem `workspace-not-found` where they are no member of it */
  async switchTo(session: FoundSession, workspace: string): Promise<SessionView> {
    const memberships = await this.signIns.listMemberships(session.person.id);
    const chosen = memberships.find((membership) => membership.workspace === workspace);
    if (!chosen) throw new Problem('workspace-not-found', `You are a member of no workspace ${workspace}.`);
    await this.sessions.switchTo(session.id, workspace);
    const membership = { workspace, role: chosen.role as Role, suspended: chosen.suspended };
    return sessionView({ ...session, membership }, permissionsOfRole(membership.role), memberships);
  }

  list({ person }: FoundSession): Promise<ListedSession[]> {
    return this.sessions.list(person.id);
  }

  async end({ person }: FoundSession, id: string): Promise<void> {
    if (!(await this.sessions.end(person.id, id, 'ended')))
      throw new Problem('session-not-found', `You have no session ${id}.`);
  }

  endOthers({ id, person }: FoundSession): Promise<number> {
    return this.sessions.endOthers(person.id, id);
  }
}
