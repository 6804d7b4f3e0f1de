import { Injectable } from '@nestjs/common';
import { IdTokens } from '#composition';
import {
  decodeRawAnswer,
  encodeRawAnswer,
  type Failure,
  interpretTokenAnswer,
  OAuthError,
  type RawAnswer,
  readAuthorizationResponse,
  sendCodeExchange,
  type TokenAnswer,
  trySecrets,
} from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { AuthorizationRequestRepository, Database } from '#storage';
import { Vault } from '#vault';
import type { Grant } from './grant.js';
import { type IntegrationClient, IntegrationClientsService } from './integration-clients.service.js';
import { patiently } from './patience.js';
import { Refusal } from './refusal.js';
import type { Landing, Visit } from './visit.js';

const deadlineMs = 20_000;

/** Turns a callback into a grant: the answer is landed before anybody parses it, then read and checked. */
@Injectable()
export class CodeExchangeService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly clients: IntegrationClientsService,
    private readonly idTokens: IdTokens,
  ) {}

  /** @throws Refusal */
  async obtain(visit: Visit, parameters: URLSearchParams): Promise<Grant> {
    const client = await this.clients.load(visit.workspace, visit.request.integrationId);
    if (!client) throw Refusal.of('integration_unavailable');
    try {
      const landing = visit.landing ?? (await this.exchange(visit, client, parameters));
      return await this.read(client, landing);
    } catch (error) {
      if (error instanceof OAuthError)
        throw Refusal.ofOAuth(error.code, { providerCode: error.providerCode });
      if (error instanceof OutboundError)
        throw Refusal.of('provider_unavailable', { providerCode: error.code });
      throw error;
    }
  }

  private async exchange(
    { workspace, request, session, secrets }: Visit,
    client: IntegrationClient,
    parameters: URLSearchParams,
  ): Promise<Landing> {
    const { server, format, authorization } = client.provider;
    const callback = readAuthorizationResponse({
      server,
      clientId: client.clients[0].clientId,
      parameters,
      // Its hash found the request.
      expectedState: parameters.get('state') ?? '',
      capture: authorization.capture,
    });
    // Before the wire: once tokens are here, sealing them must not wait for a key.
    const cipher = await this.vault.cipherFor(workspace);
    const wire = { fetch: this.outbound.asFetch({ freshSocket: true, deadlineMs }), now: () => new Date() };
    const { redirectUri } = request;
    const { codeVerifier, nonce, connectToken } = secrets;
    const resource = authorization.resourceParameter ? session.resource : [];
    const raw = await trySecrets(client.clients, client.provider.failures, (one) =>
      sendCodeExchange({ server, client: one, format, callback, redirectUri, codeVerifier, resource, wire }),
    );
    const answer = encodeRawAnswer(raw).toString('base64');
    const landing: Landing = { answer, captured: callback.captured, nonce, connectToken };
    const sealed = cipher.seal({ authorization: request.id, secret: 'answer' }, JSON.stringify(landing));
    await patiently(() =>
      this.database.inWorkspace(workspace, (tx) =>
        tx.get(AuthorizationRequestRepository).land(request.id, sealed),
      ),
    );
    return landing;
  }

  private async read(client: IntegrationClient, landing: Landing): Promise<Grant> {
    const raw = decodeRawAnswer(Buffer.from(landing.answer, 'base64'));
    const answer = tokensIn(client, raw);
    const unwanted = answer.tokens;
    const lasting = client.provider.authorization.expectsRefreshToken;
    if (lasting && answer.tokens[0].refreshToken === undefined)
      throw Refusal.of('refresh_token_missing', { unwanted });
    try {
      const subject = await this.subjectOf(client, answer, landing.nonce);
      const captured = { ...landing.captured, ...answer.captured };
      return { tokens: answer.tokens, receivedAt: raw.receivedAt, subject, captured };
    } catch (error) {
      if (error instanceof OAuthError) throw Refusal.ofOAuth(error.code, { unwanted });
      if (error instanceof OutboundError) throw Refusal.ofOAuth('keys-unavailable', { unwanted });
      throw error;
    }
  }

  /** OpenID Connect Core §3.1.3.7; a nonce was sent where an ID token is due. */
  private async subjectOf(
    { provider, clients }: IntegrationClient,
    { idToken, tokens }: TokenAnswer,
    nonce: string | undefined,
  ): Promise<string | null> {
    if (nonce === undefined) return null;
    if (idToken === undefined) throw Refusal.of('id_token_missing', { unwanted: tokens });
    const { clientId } = clients[0];
    const claims = await this.idTokens.verify({ idToken, server: provider.server, clientId, nonce });
    return claims.sub;
  }
}

function tokensIn({ provider }: IntegrationClient, raw: RawAnswer): TokenAnswer {
  const read = interpretTokenAnswer({ tokens: provider.tokens, failures: provider.failures, raw });
  if (read.kind === 'failure') throw refusalOf(read.failure);
  return read.answer;
}

function refusalOf({ class: failureClass, code }: Failure): Refusal {
  const extra = { providerCode: code };
  switch (failureClass) {
    case 'REAUTHORIZE':
      return Refusal.of('code_refused', extra);
    case 'CLIENT_CONFIG':
      return Refusal.of('client_refused', extra);
    case 'PROTOCOL':
      return code === 'no_access_token'
        ? Refusal.of('answer_without_token')
        : Refusal.of('answer_not_understood', extra);
    default:
      return Refusal.of('provider_unavailable', extra);
  }
}
