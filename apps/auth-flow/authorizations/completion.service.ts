import { Injectable } from '@nestjs/common';
import { requestId } from '#platform';
import {
  applyTransition,
  AuditRepository,
  AuthorizationRequestRepository,
  type Connection,
  ConnectionRepository,
  type ConnectSession,
  ConnectSessionRepository,
  Database,
  type Integration,
  IntegrationRepository,
  newId,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';
import { confirmWithinMs, linkState } from '../connect-sessions/session-life.js';
import { newSecret, sha256 } from './browser-cookie.js';
import { retag } from './connection-tags.js';
import type { Grant } from './grant.js';
import { GrantInstaller } from './grant-installer.service.js';
import { IntegrationClientsService } from './integration-clients.service.js';
import { newConnection } from './new-connection.js';
import { patiently } from './patience.js';
import { checkTarget } from './renewed-connection.js';
import { Refusal } from './refusal.js';
import type { Visit } from './visit.js';

export interface Completed {
  session: ConnectSession;
  integration: Integration;
  providerName: string;
  /** The one-time code, where the platform has to confirm. */
  code?: string;
}

/** One transaction's work: the session and integration as locked and read there, and the keys to seal with. */
interface Work {
  tx: Transaction;
  cipher: WorkspaceCipher;
  session: ConnectSession;
  integration: Integration;
  requestId: string;
  grant: Grant;
  target: Connection | null;
}

/** Takes a grant in: makes its connection, or renews the one that is meant, or keeps it until it is confirmed. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly installer: GrantInstaller,
    private readonly clients: IntegrationClientsService,
  ) {}

  /** All or nothing. @throws Refusal with the grant as unwanted */
  async complete({ workspace, session: { id }, request }: Visit, grant: Grant): Promise<Completed> {
    const cipher = await this.vault.cipherFor(workspace);
    return patiently(() =>
      this.database.inWorkspace(workspace, async (tx) => {
        const session = await tx.get(ConnectSessionRepository).lock(id);
        const integration = session && (await tx.get(IntegrationRepository).find(session.integrationId));
        if (!integration) throw Refusal.of('link_unknown', { unwanted: grant.tokens });
        const link = linkState(session, Date.now());
        if (link !== 'usable')
          throw Refusal.of(link === 'used' ? 'link_used' : 'link_expired', { unwanted: grant.tokens });
        const target = await findTarget(tx, session, grant);
        const work = { tx, cipher, session, integration, requestId: request.id, grant, target };
        const waits = session.confirmation && session.returnUrl !== null;
        const code = waits ? await this.awaitConfirmation(work) : await this.finish(work);
        return { session, integration, providerName: this.clients.providerName(integration), code };
      }),
    );
  }

  private async finish(work: Work): Promise<undefined> {
    const { tx, session, target } = work;
    const connection = target ?? (await this.insert(work));
    await this.authorize(work, connection);
    await tx.get(AuthorizationRequestRepository).erase(work.requestId);
    await tx.get(ConnectSessionRepository).complete(session.id, connection.id);
    await audit(tx, session, 'connect_session.completed', { connection: connection.id });
  }

  private async authorize(
    { tx, cipher, session, integration, grant }: Work,
    connection: Connection,
  ): Promise<void> {
    const actor = { type: 'end_user', id: session.endUserId };
    const step = await applyTransition(tx, connection, 'authorized', { actor, requestId: requestId() });
    if (!step.ok) throw Refusal.of('connection_gone', { unwanted: grant.tokens });
    await this.place(tx, cipher, { session, integration, connection, grant });
  }

  /** What was asked for this time, and the tokens. Also what a confirmation does with a grant that waited. */
  async place(
    tx: Transaction,
    cipher: WorkspaceCipher,
    to: { session: ConnectSession; integration: Integration; connection: Connection; grant: Grant },
  ): Promise<void> {
    const { session, integration, connection, grant } = to;
    const { scopes, resource } = session;
    await tx.get(ConnectionRepository).recordRequest(connection.id, { scopes, resource });
    connection.scopesRequested = scopes;
    // Too many with those it has: no reason to lose a consent. They stay as they were, and the audit log says so.
    await retag(tx, session.createdBy, connection, session.tags);
    const provider = this.clients.resolve(integration);
    if (!provider) throw Refusal.of('integration_unavailable', { unwanted: grant.tokens });
    await this.installer.install(tx, cipher, { connection, integration, provider }, grant);
  }

  /** Renews from now on what was installed while the connection was pending. */
  async schedule(tx: Transaction, of: { integration: Integration; connection: Connection }): Promise<void> {
    const provider = this.clients.resolve(of.integration);
    if (provider) await this.installer.schedule(tx, { ...of, provider });
  }

  /**
   * A new connection waits with its tokens, in state pending. One that exists keeps the tokens it has: who finished
   * here may be the wrong person, so the new grant waits sealed beside it.
   */
  private async awaitConfirmation(work: Work): Promise<string> {
    const { tx, cipher, session, integration, requestId: id, grant, target } = work;
    const requests = tx.get(AuthorizationRequestRepository);
    const connection = target ?? (await this.insert(work));
    if (target) {
      await requests.hold(id, cipher.seal({ authorization: id, secret: 'grant' }, JSON.stringify(grant)));
    } else {
      await this.place(tx, cipher, { session, integration, connection, grant });
      await requests.erase(id);
    }
    const code = newSecret();
    await tx.get(ConnectSessionRepository).awaitConfirmation(session.id, {
      connectionId: connection.id,
      codeHash: sha256(code),
      confirmWithinMs,
    });
    await audit(tx, session, 'connect_session.awaiting_confirmation', {
      connection: connection.id,
      renews: target !== null,
    });
    return code;
  }

  private async insert({ tx, session, integration }: Work): Promise<Connection> {
    const connection = newConnection({
      id: newId('con'),
      integration,
      grantType: 'authorization_code',
      scopes: session.scopes,
      resource: session.resource,
      tags: session.tags,
      endUser: { id: session.endUserId, email: session.endUserEmail, name: session.endUserName },
    });
    await tx.get(ConnectionRepository).insert(connection);
    return connection;
  }
}

/** The connection that was named, or the one that the same person has already, locked. */
async function findTarget(
  tx: Transaction,
  session: ConnectSession,
  grant: Grant,
): Promise<Connection | null> {
  const connections = tx.get(ConnectionRepository);
  if (session.reconnectConnectionId !== null)
    return checkTarget(await connections.lock(session.reconnectConnectionId), grant);
  if (grant.subject === null) return null;
  return connections.findBySubject(session.integrationId, session.endUserId, grant.subject);
}

async function audit(
  tx: Transaction,
  session: ConnectSession,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx.get(AuditRepository).append({
    actor: { type: 'end_user', id: session.endUserId },
    action,
    subject: { type: 'connect_session', id: session.id },
    detail: { integration: session.integrationId, ...detail },
    requestId: requestId(),
  });
}
