import { Injectable } from '@nestjs/common';
import {
  AuthorizationRequestRepository,
  ConnectSessionRepository,
  Database,
  Directory,
  type Transaction,
  WorkspaceRepository,
} from '#storage';
import { Vault } from '#vault';
import { AuthFlowConfig } from '../auth-flow.config.js';
import { linkState } from '../connect-sessions/session-life.js';
import { allCookies, type BrowserCookie, cookieOf, isSameBrowser, sha256 } from './browser-cookie.js';
import { Refusal, type RefusalPlace } from './refusal.js';
import type { Arrival, Landing, Visit, VisitSecrets } from './visit.js';

/** Finds whose callback it is, and uses its state: once, from the browser that began, at the integration it began at. */
@Injectable()
export class VisitsService {
  private readonly secure: boolean;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly vault: Vault,
    config: AuthFlowConfig,
  ) {
    this.secure = config.PUBLIC_URL.startsWith('https:');
  }

  /** @throws Refusal that names the session, wherever one can be told */
  async identify(arrival: Arrival): Promise<Visit> {
    const [state, ...more] = arrival.parameters.getAll('state');
    const at =
      state && more.length === 0 ? await this.directory.findAuthorizationRequest(sha256(state)) : undefined;
    if (!state || !at) throw Refusal.of('state_unknown').at(await this.placeOfStranger(arrival));
    const cookie = cookieOf(arrival.cookies, state, this.secure);
    const cipher = await this.vault.cipherFor(at.workspace);
    const { sealed, ...used } = await this.database.inWorkspace(at.workspace, (tx) =>
      this.use(tx, at.id, cookie, arrival),
    );
    const binding = { authorization: at.id };
    if (used.landed === undefined)
      return {
        ...used,
        workspace: at.workspace,
        secrets: parsed<VisitSecrets>(cipher.open(binding, sealed)),
      };
    const landing = parsed<Landing>(cipher.open({ ...binding, secret: 'answer' }, used.landed));
    return { ...used, workspace: at.workspace, secrets: landing, landing };
  }

  /** Every check before the state is used: a stranger's callback must not use up somebody's state. */
  private async use(tx: Transaction, id: string, cookie: BrowserCookie | undefined, arrival: Arrival) {
    const requests = tx.get(AuthorizationRequestRepository);
    const request = await requests.find(id);
    const session = request && (await tx.get(ConnectSessionRepository).find(request.connectSessionId));
    if (!request || !session) throw Refusal.of('state_unknown').at(await this.placeOfStranger(arrival));
    const bound = isSameBrowser(cookie, request);
    const place: RefusalPlace = { workspace: tx.workspace, session, bound };
    if (request.integrationId !== arrival.integrationId) throw Refusal.of('integration_mismatch').at(place);
    if (!bound) throw Refusal.of('browser_mismatch').at(place);
    const link = linkState(session, Date.now());
    if (request.usedAt === null && link === 'used') throw Refusal.of('link_used').at(place);
    if (link === 'expired') throw Refusal.of('link_expired').at(place);
    if (await tx.get(WorkspaceRepository).isSuspended()) throw Refusal.of('workspace_suspended').at(place);
    const sealed = await requests.claim(id);
    if (sealed !== undefined) return { request, session, sealed, landed: undefined };
    // An answer that landed and was not taken in: the browser reloads after an outage of ours.
    const landed = await requests.findLanded(id);
    if (landed !== undefined) return { request, session, sealed: landed, landed };
    throw Refusal.of(request.usedAt === null ? 'state_expired' : 'state_used').at(place);
  }

  /** A state that is not ours: the cookies may still say whose visit it was, and the path names an integration. */
  private async placeOfStranger({ integrationId, cookies }: Arrival): Promise<RefusalPlace | undefined> {
    const integration = await this.directory.findIntegration(integrationId);
    if (!integration) return undefined;
    const { workspace } = integration;
    const session = await this.database.inWorkspace(workspace, async (tx) => {
      for (const cookie of allCookies(cookies, this.secure).reverse()) {
        const request = await tx.get(AuthorizationRequestRepository).find(cookie.id);
        if (request?.integrationId === integrationId && isSameBrowser(cookie, request))
          return tx.get(ConnectSessionRepository).find(request.connectSessionId);
      }
      return null;
    });
    return session ? { workspace, session, bound: true } : { workspace, integrationId, bound: false };
  }
}

function parsed<T>(bytes: Buffer): T {
  return JSON.parse(bytes.toString('utf8')) as T;
}
