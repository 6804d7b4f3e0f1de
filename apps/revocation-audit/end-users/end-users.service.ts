import { Injectable } from '@nestjs/common';
import { connectionStates, revocableStates, type ConnectionState } from '#oauth';
import { Problem, requestId, requireFreshSignIn, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  EndUserRepository,
  newId,
  SelectionRepository,
  type EndUserRemoval,
  type Transaction,
} from '#storage';
import { NewJobsService } from '../revocations/new-jobs.service.js';
import { checkExpected, SelectionService } from '../selection/selection.service.js';
import { endUserRemovalView, type EndUserPreview, type EndUserView } from './end-user.dto.js';

/** End users as one thing: what is held of them, and its removal. */
@Injectable()
export class EndUsersService {
  constructor(
    private readonly database: Database,
    private readonly selections: SelectionService,
    private readonly newJobs: NewJobsService,
  ) {}

  async find({ workspace }: Caller, id: string): Promise<EndUserView> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const { states, connections, sessions } = await heldOf(tx, id);
      const removal = await tx.get(EndUserRepository).findRemovalOf(id);
      if (connections + sessions === 0 && !removal) throw notFound(id);
      return {
        ...{ id, connections, connect_sessions: sessions },
        by_state: states.map(({ state, count }) => ({ state: state as ConnectionState, count })),
        removal: removal ? endUserRemovalView(removal) : null,
      };
    });
  }

  async preview({ workspace }: Caller, id: string): Promise<EndUserPreview> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const { connections, sessions } = await heldOf(tx, id);
      if (connections + sessions === 0) throw notFound(id);
      const revoked = await this.selections.preview(tx, { end_user: id }, revocableStates);
      return { end_user: id, connections, connect_sessions: sessions, revoked };
    });
  }

  /**
   * Closes the links that are open, then fixes every connection, whatever its state, as a target of one revocation: what
   * was on the way is among them, and nothing new comes. Where it is asked for again, it is the one that is under way; where
   * nothing came since, the one that was. `isNew` is false of both.
   */
  async remove(
    caller: Caller,
    id: string,
    { reason, expectedCount }: { reason: string; expectedCount: number | undefined },
  ): Promise<{ removal: EndUserRemoval; isNew: boolean }> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const endUsers = tx.get(EndUserRepository);
      await endUsers.lock(id);
      const last = await endUsers.findRemovalOf(id);
      const before = await heldOf(tx, id);
      const isHeld = before.connections + before.sessions > 0;
      if (!isHeld && !last) throw notFound(id);
      requireFreshSignIn(caller);
      if (last && (last.state === 'revoking' || !isHeld)) return { removal: last, isNew: false };
      const connectSessions = await endUsers.closeSessions(id);
      // Whoever was on the way has arrived.
      const { connections } = await heldOf(tx, id);
      checkExpected(connections, expectedCount);
      const removalId = newId('eur');
      const job = await this.newJobs.create(tx, caller, {
        ...{ selector: { end_user: id }, reason },
        targets: tx.get(SelectionRepository).idsStatement({ endUser: id }, connectionStates),
      });
      await endUsers.insertRemoval({
        ...{ id: removalId, endUser: id, revocationId: job.id, connections: job.total, connectSessions },
        ...{ requestedBy: caller.actor, requestId: requestId() },
      });
      await tx.get(AuditRepository).append({
        ...{ actor: caller.actor, action: 'end_user.removal_requested', subject: { type: 'end_user', id } },
        detail: { removal: removalId, revocation: job.id, connections: job.total, reason },
        requestId: requestId(),
      });
      return { removal: (await endUsers.findRemovalOf(id))!, isNew: true };
    });
  }
}

async function heldOf(
  tx: Transaction,
  id: string,
): Promise<{ states: { state: string; count: number }[]; connections: number; sessions: number }> {
  const states = await tx.get(EndUserRepository).countConnections(id);
  const sessions = await tx.get(EndUserRepository).countSessions(id);
  return { states, connections: states.reduce((sum, { count }) => sum + count, 0), sessions };
}

function notFound(id: string): Problem {
  return new Problem('end-user-not-found', `Nothing is held of an end user ${id} in this workspace.`);
}
