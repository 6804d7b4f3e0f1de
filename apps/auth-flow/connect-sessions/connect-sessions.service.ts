import { Injectable } from '@nestjs/common';
import { changeTags, type ConnectionState, mostTags, readRefusal, revocableStates } from '#oauth';
import { type Caller, Problem, requestId, requireFreshSignIn } from '#platform';
import {
  AuditRepository,
  ConnectionRepository,
  type ConnectSession,
  ConnectSessionRepository,
  Database,
  type Integration,
  IntegrationRepository,
  newId,
  type Transaction,
} from '#storage';
import { newSecret, sha256 } from '../authorizations/browser-cookie.js';
import { AuthFlowConfig } from '../auth-flow.config.js';
import type { CreateConnectSession } from './connect-session.dto.js';
import { sessionLifeMs } from './session-life.js';

/** Makes connect sessions and tells of them. */
@Injectable()
export class ConnectSessionsService {
  constructor(
    private readonly database: Database,
    private readonly config: AuthFlowConfig,
  ) {}

  async create(
    caller: Caller,
    wish: CreateConnectSession,
  ): Promise<{ id: string; url: string; expiresAt: Date }> {
    const id = newId('cse');
    const token = newSecret();
    const expiresAt = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const integration = await usableIntegration(tx, wish.integration);
      if (integration.confirmation && wish.confirmation === false) requireFreshSignIn(caller);
      const returnUrl = allowedReturnUrl(integration, wish);
      if (wish.connection !== undefined) await checkRenewable(tx, wish.connection, wish);
      const confirmation = returnUrl !== null && (wish.confirmation ?? integration.confirmation);
      const { end_user: user } = wish;
      const until = await tx.get(ConnectSessionRepository).insert({
        id,
        integrationId: integration.id,
        tokenHash: sha256(token),
        endUserId: user.id,
        endUserEmail: user.email ?? null,
        endUserName: user.display_name ?? null,
        scopes: wish.scopes ?? integration.scopes,
        resource: wish.resource ?? [],
        tags: wish.tags ?? {},
        returnUrl,
        confirmation,
        reconnectConnectionId: wish.connection ?? null,
        createdBy: caller.actor,
        lifeMs: sessionLifeMs,
      });
      await audit(tx, caller, id, 'connect_session.created', {
        integration: integration.id,
        end_user: user.id,
        connection: wish.connection,
        confirmation,
      });
      if (returnUrl !== null && !confirmation)
        await audit(tx, caller, id, 'connect_session.confirmation_switched_off', {
          integration: integration.id,
          by: wish.confirmation === false ? 'session' : 'integration',
        });
      return until;
    });
    return { id, url: `${this.config.PUBLIC_URL}/connect/${token}`, expiresAt };
  }

  async find({ workspace }: Caller, id: string): Promise<ConnectSession> {
    const session = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(ConnectSessionRepository).find(id),
    );
    if (!session) throw new Problem('connect-session-not-found', `There is no connect session ${id}.`);
    return session;
  }
}

async function usableIntegration(tx: Transaction, id: string): Promise<Integration> {
  const integration = await tx.get(IntegrationRepository).find(id);
  if (!integration) throw new Problem('integration-not-found', `There is no integration ${id}.`);
  if (integration.state === 'paused')
    throw new Problem('integration-paused', integration.pausedReason ?? undefined);
  if (integration.state === 'draft' || integration.clientId === null)
    throw new Problem('integration-is-draft', 'Give it its client_id first.');
  return integration;
}

/** RFC 9700 §4.11: an open redirector would carry the confirmation code away. Compared whole. */
function allowedReturnUrl({ returnUrls }: Integration, wish: CreateConnectSession): string | null {
  if (wish.return_url === undefined) {
    if (wish.confirmation !== true) return null;
    throw invalid('/confirmation', 'needs a return_url: the code to confirm with comes back through it');
  }
  if (returnUrls.includes(wish.return_url)) return wish.return_url;
  throw invalid('/return_url', "is not one of the integration's return_urls");
}

async function checkRenewable(tx: Transaction, id: string, wish: CreateConnectSession): Promise<void> {
  const connection = await tx.get(ConnectionRepository).find(id);
  if (!connection) throw new Problem('connection-not-found', `There is no connection ${id}.`);
  if (connection.integrationId !== wish.integration)
    throw invalid('/connection', 'is of another integration');
  if (connection.endUserId !== wish.end_user.id) throw invalid('/connection', 'is of another end user');
  const state = connection.state as ConnectionState;
  if (!revocableStates.includes(state)) throw new Problem(readRefusal(state) ?? 'conflict');
  const { tags = connection.tags } = changeTags(connection.tags, wish.tags ?? {}) ?? {};
  if (Object.keys(tags).length > mostTags)
    throw invalid('/tags', `would be more than ${mostTags} with those it has`);
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
    errors: [{ pointer, detail }],
  });
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  id: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const subject = { type: 'connect_session', id };
  await tx.get(AuditRepository).append({ actor, action, subject, detail, requestId: requestId() });
}
