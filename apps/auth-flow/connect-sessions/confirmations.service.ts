import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, Problem, requestId } from '#platform';
import {
  applyTransition,
  AuditRepository,
  AuthorizationRequestRepository,
  type Connection,
  ConnectionRepository,
  type ConnectSession,
  ConnectSessionRepository,
  Database,
  IntegrationRepository,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';
import { sha256 } from '../authorizations/browser-cookie.js';
import { CompletionService } from '../authorizations/completion.service.js';
import type { Grant } from '../authorizations/grant.js';
import type { ConfirmConnectSession } from './connect-session.dto.js';
import { shownState } from './session-life.js';

/** The platform's word that the right person came back. Until then a connection serves nobody. */
@Injectable()
export class ConfirmationsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly completion: CompletionService,
  ) {}

  async confirm(caller: Caller, id: string, given: ConfirmConnectSession): Promise<ConnectSession> {
    const cipher = await this.vault.cipherFor(caller.workspace);
    const result = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const sessions = tx.get(ConnectSessionRepository);
      const session = await sessions.lock(id);
      if (!session) return new Problem('connect-session-not-found', `There is no connect session ${id}.`);
      const problem = await refusalOf(tx, session, given);
      // Answered and not thrown: the audit entry of a refusal must outlive it.
      if (problem) return this.refuse(tx, caller, session, problem);
      const ended = await this.activate(tx, caller, session, cipher);
      if (ended) return this.refuse(tx, caller, session, ended);
      return sessions.find(id);
    });
    if (result instanceof Problem) throw result;
    if (!result) throw new Problem('connect-session-not-found');
    return result;
  }

  private async refuse(
    tx: Transaction,
    caller: Caller,
    session: ConnectSession,
    problem: Problem,
  ): Promise<Problem> {
    await audit(tx, caller, session, 'connect_session.confirmation_refused', { code: problem.slug });
    return problem;
  }

  private async activate(
    tx: Transaction,
    caller: Caller,
    session: ConnectSession,
    cipher: WorkspaceCipher,
  ): Promise<Problem | undefined> {
    const connection = await tx.get(ConnectionRepository).lock(session.connectionId ?? '');
    if (!connection) return new Problem('connection-revoked', 'The connection is gone.');
    const cause = { actor: caller.actor, requestId: requestId() };
    const step = await applyTransition(tx, connection, 'authorized', cause);
    if (!step.ok)
      return new Problem('connection-revoked', 'The connection was revoked before its confirmation.');
    await this.takeIn(tx, session, connection, cipher);
    await tx.get(ConnectSessionRepository).complete(session.id, connection.id);
    await audit(tx, caller, session, 'connect_session.confirmed', { connection: connection.id });
    return undefined;
  }

  /** A new connection has its tokens already; one that is renewed gets those that waited. */
  private async takeIn(
    tx: Transaction,
    session: ConnectSession,
    connection: Connection,
    cipher: WorkspaceCipher,
  ): Promise<void> {
    const integration = await tx.get(IntegrationRepository).find(connection.integrationId);
    if (!integration) throw new Problem('integration-not-found');
    const requests = tx.get(AuthorizationRequestRepository);
    const held = await requests.findHeld(session.id);
    if (!held) return this.completion.schedule(tx, { integration, connection });
    const opened = cipher.open({ authorization: held.id, secret: 'grant' }, held.sealed);
    const grant = JSON.parse(opened.toString('utf8')) as Grant;
    await this.completion.place(tx, cipher, { session, integration, connection, grant });
    await requests.erase(held.id);
  }
}

/** Undefined where the code and the person are right. Says not which of the two was wrong. */
async function refusalOf(
  tx: Transaction,
  session: ConnectSession,
  given: ConfirmConnectSession,
): Promise<Problem | undefined> {
  const state = shownState(session, Date.now());
  if (state !== 'awaiting_confirmation')
    return new Problem('connect-session-not-confirmable', `The connect session is ${state}.`);
  const expected = await tx.get(ConnectSessionRepository).findConfirmationCodeHash(session.id);
  const sameCode = expected !== null && timingSafeEqual(expected, sha256(given.code));
  if (sameCode && given.end_user === session.endUserId) return undefined;
  return new Problem(
    'confirmation-refused',
    'The code or the end user is not the one of this connect session.',
  );
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  session: ConnectSession,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const subject = { type: 'connect_session', id: session.id };
  const all = { integration: session.integrationId, ...detail };
  await tx.get(AuditRepository).append({ actor, action, subject, detail: all, requestId: requestId() });
}
