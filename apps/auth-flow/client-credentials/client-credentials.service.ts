import { Injectable } from '@nestjs/common';
import {
  type Failure,
  interpretTokenAnswer,
  OAuthError,
  type RawAnswer,
  sendClientCredentials,
  trySecrets,
} from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { type Caller, Problem, requestId } from '#platform';
import {
  applyTransition,
  AuditRepository,
  ConnectionQueryRepository,
  ConnectionRepository,
  Database,
  IntegrationRepository,
  type ListedConnection,
  newId,
} from '#storage';
import { Vault } from '#vault';
import type { Grant } from '../authorizations/grant.js';
import { GrantInstaller } from '../authorizations/grant-installer.service.js';
import {
  type IntegrationClient,
  IntegrationClientsService,
} from '../authorizations/integration-clients.service.js';
import { newConnection } from '../authorizations/new-connection.js';
import { patiently } from '../authorizations/patience.js';
import type { CreateConnection } from './client-credentials.dto.js';

const deadlineMs = 20_000;
const retryAfterSeconds = 5;

/** Connections of the application itself (RFC 6749 §4.4): nobody consents, so one request makes one. */
@Injectable()
export class ClientCredentialsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly clients: IntegrationClientsService,
    private readonly installer: GrantInstaller,
  ) {}

  async create(caller: Caller, wish: CreateConnection): Promise<ListedConnection> {
    const client = await this.clientOf(caller, wish.integration);
    const scopes = wish.scopes ?? client.integration.scopes;
    const resource = wish.resource ?? [];
    const cipher = await this.vault.cipherFor(caller.workspace);
    const grant = await this.ask(client, scopes, resource);
    const { integration, provider } = client;
    return patiently(() =>
      this.database.inWorkspace(caller.workspace, async (tx) => {
        const wished = {
          integration,
          grantType: 'client_credentials' as const,
          scopes,
          resource,
          tags: wish.tags ?? {},
          endUser: null,
        };
        const connection = newConnection({ id: newId('con'), ...wished });
        await tx.get(ConnectionRepository).insert(connection);
        await tx.get(AuditRepository).append({
          actor: caller.actor,
          action: 'connection.created',
          subject: { type: 'connection', id: connection.id },
          detail: { integration: integration.id, grant_type: connection.grantType },
          requestId: requestId(),
        });
        await applyTransition(tx, connection, 'authorized', { actor: caller.actor, requestId: requestId() });
        await this.installer.install(tx, cipher, { connection, integration, provider }, grant);
        return (await tx.get(ConnectionQueryRepository).find(connection.id))!;
      }),
    );
  }

  private async clientOf({ workspace }: Caller, id: string): Promise<IntegrationClient> {
    const integration = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(IntegrationRepository).find(id),
    );
    if (!integration) throw new Problem('integration-not-found', `There is no integration ${id}.`);
    if (integration.state === 'paused')
      throw new Problem('integration-paused', integration.pausedReason ?? undefined);
    const client = await this.clients.load(workspace, id);
    if (client && integration.state === 'active') return client;
    throw new Problem('integration-is-draft', 'Give it its client_id and client_secret first.');
  }

  private async ask(
    client: IntegrationClient,
    scopes: readonly string[],
    asked: readonly string[],
  ): Promise<Grant> {
    const { server, format, authorization, tokens, failures } = client.provider;
    const { scopeSeparator } = authorization;
    const resource = authorization.resourceParameter ? asked : [];
    const wire = { fetch: this.outbound.asFetch({ freshSocket: true, deadlineMs }), now: () => new Date() };
    const raw = await answered(() =>
      trySecrets(client.clients, client.provider.failures, (one) =>
        sendClientCredentials({ server, client: one, format, scopes, scopeSeparator, resource, wire }),
      ),
    );
    const read = interpretTokenAnswer({ tokens, failures, raw });
    if (read.kind === 'failure') throw problemOfFailure(read.failure);
    const [{ refreshToken: _none, ...first }] = read.answer.tokens;
    // RFC 6749 §4.4.3: a refresh token should not come, and nobody needs one.
    return { tokens: [first], receivedAt: raw.receivedAt, subject: null, captured: read.answer.captured };
  }
}

async function answered(ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OutboundError)
      throw new Problem('provider-unavailable', `The provider gave no answer (${error.code}).`, {
        retryAfterSeconds,
      });
    if (error instanceof OAuthError)
      throw new Problem('provider-error', `The request cannot be made (${error.code}).`);
    throw error;
  }
}

function problemOfFailure({ class: failureClass, code, retryAfterMs }: Failure): Problem {
  const members = { provider_code: code };
  if (failureClass === 'TRANSIENT' || failureClass === 'THROTTLED' || failureClass === 'AMBIGUOUS')
    return new Problem('provider-unavailable', `The provider cannot answer now (${code}).`, {
      retryAfterSeconds: retryAfterMs === undefined ? retryAfterSeconds : retryAfterMs / 1000,
      members,
    });
  return new Problem('provider-error', `The provider refused the request (${code}).`, { members });
}
