import { Injectable } from '@nestjs/common';
import { beginAuthorization, OAuthError } from '#oauth';
import type { ResolvedProvider } from '#providers';
import {
  AuditRepository,
  AuthorizationRequestRepository,
  type ConnectSession,
  ConnectSessionRepository,
  Database,
  Directory,
  type Integration,
  IntegrationRepository,
  newId,
  WorkspaceRepository,
} from '#storage';
import { requestId } from '#platform';
import { Vault } from '#vault';
import { AuthFlowConfig } from '../auth-flow.config.js';
import { authorizationLifeMs, linkState, mostStarts } from '../connect-sessions/session-life.js';
import { newSecret, setCookie, sha256 } from './browser-cookie.js';
import { IntegrationClientsService } from './integration-clients.service.js';
import { Refusal } from './refusal.js';
import type { VisitSecrets } from './visit.js';

export interface OpenedLink {
  workspace: string;
  session: ConnectSession;
  integration: Integration;
  provider: ResolvedProvider;
  providerName: string;
}

/** The link that an end user opens: looked at, which uses nothing up, and started. */
@Injectable()
export class ConnectLinksService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly vault: Vault,
    private readonly clients: IntegrationClientsService,
    private readonly config: AuthFlowConfig,
  ) {}

  /** @throws Refusal */
  async open(token: string): Promise<OpenedLink> {
    const at = await this.directory.findConnectSession(sha256(token));
    if (!at) throw Refusal.of('link_unknown');
    const { workspace } = at;
    const found = await this.database.inWorkspace(workspace, async (tx) => {
      const session = await tx.get(ConnectSessionRepository).find(at.id);
      const integration = session && (await tx.get(IntegrationRepository).find(session.integrationId));
      const suspended = await tx.get(WorkspaceRepository).isSuspended();
      return integration && { session, integration, suspended };
    });
    if (!found) throw Refusal.of('link_unknown');
    const { session, integration, suspended } = found;
    const place = { workspace, session, bound: false, connectToken: token };
    const link = linkState(session, Date.now());
    // Opened again after its work was done: nothing that its session or the audit log need to know.
    if (link === 'used') throw Refusal.of('link_used');
    if (link === 'expired') throw Refusal.of('link_expired').at(place);
    if (suspended) throw Refusal.of('workspace_suspended').at(place);
    const provider = this.clients.resolve(integration);
    if (integration.state !== 'active' || integration.clientId === null || !provider)
      throw Refusal.of('integration_unavailable').at(place);
    return {
      workspace,
      session,
      integration,
      provider,
      providerName: this.clients.providerName(integration),
    };
  }

  /** Where the browser goes, and the cookie that it takes along. @throws Refusal */
  async start(token: string): Promise<{ url: string; cookie: string }> {
    const link = await this.open(token);
    const { workspace, session, integration } = link;
    const redirectUri = `${this.config.PUBLIC_URL}/oauth/callback/${integration.id}`;
    const begun = await this.begin(link, redirectUri, token);
    const id = newId('aut');
    const secret = newSecret();
    const kept: VisitSecrets = { ...begun.secrets, connectToken: token };
    const cipher = await this.vault.cipherFor(workspace);
    await this.database.inWorkspace(workspace, async (tx) => {
      const requests = tx.get(AuthorizationRequestRepository);
      if ((await requests.countOf(session.id)) >= mostStarts)
        throw Refusal.of('too_many_attempts').at({ workspace, session, bound: false });
      await requests.insert({
        id,
        connectSessionId: session.id,
        integrationId: integration.id,
        stateHash: sha256(begun.state),
        browserHash: sha256(secret),
        sealed: cipher.seal({ authorization: id }, JSON.stringify(kept)),
        redirectUri,
        lifeMs: authorizationLifeMs,
      });
      await tx.get(AuditRepository).append({
        actor: { type: 'end_user', id: session.endUserId },
        action: 'connect_session.started',
        subject: { type: 'connect_session', id: session.id },
        detail: { integration: integration.id, authorization: id },
        requestId: requestId(),
      });
    });
    const secure = this.config.PUBLIC_URL.startsWith('https:');
    return { url: begun.url, cookie: setCookie(begun.state, { id, secret }, secure, authorizationLifeMs) };
  }

  private async begin(
    { workspace, session, integration, provider }: OpenedLink,
    redirectUri: string,
    token: string,
  ) {
    try {
      return await beginAuthorization({
        server: provider.server,
        rules: provider.authorization,
        clientId: integration.clientId ?? '',
        redirectUri,
        scopes: session.scopes,
        resource: session.resource,
      });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      const place = { workspace, session, bound: false, connectToken: token };
      throw Refusal.of('integration_unavailable', { providerCode: error.code }).at(place);
    }
  }
}
