import { Injectable } from '@nestjs/common';
import { IdTokens } from '#composition';
import {
  type AuthorizationCallback,
  claimsOfUserinfo,
  type IdTokenClaims,
  interpretTokenAnswer,
  OAuthError,
  sendCodeExchange,
  sendUserinfo,
  type Wire,
} from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import type { Identity } from '#storage';
import type { Issuer } from './issuers.service.js';
import type { SignInCookie } from './sign-in-cookie.js';
import { SignInRefusal } from './sign-in-refusal.js';

const deadlineMs = 20_000;

/** Who signed in, and all that their identity provider says of them. */
export interface ProvenIdentity {
  identity: Identity;
  claims: Readonly<Record<string, unknown>>;
  /** When they proved it; the epoch where the identity provider does not say. */
  authenticatedAt: Date;
  /** Of the identity provider's own session. */
  issuerSessionId: string | null;
  idToken: string;
}

/** Turns a code into an identity: exchange, ID token, and UserInfo where the ID token is thin. */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly idTokens: IdTokens,
  ) {}

  /** @throws SignInRefusal */
  async prove(
    issuer: Issuer,
    redirectUri: string,
    callback: AuthorizationCallback,
    secrets: SignInCookie,
  ): Promise<ProvenIdentity> {
    try {
      const wire = { fetch: this.outbound.asFetch({ freshSocket: true, deadlineMs }), now: () => new Date() };
      const { idToken, accessToken } = await exchange(issuer, redirectUri, callback, secrets, wire);
      const { server } = issuer.provider;
      const { clientId } = issuer.client;
      const told = await this.idTokens.verify({ idToken, server, clientId, nonce: secrets.nonce });
      const claims = isThin(told, issuer)
        ? { ...(await userinfo(issuer, accessToken, told.sub, wire)), ...told }
        : told;
      return { ...identityOf(issuer, claims), claims, idToken };
    } catch (error) {
      if (error instanceof OAuthError) throw new SignInRefusal('answer_refused', error.code, error);
      if (error instanceof OutboundError) throw new SignInRefusal('issuer_unavailable', error.code, error);
      throw error;
    }
  }
}

async function exchange(
  { provider, client }: Issuer,
  redirectUri: string,
  callback: AuthorizationCallback,
  { codeVerifier }: SignInCookie,
  wire: Wire,
): Promise<{ idToken: string; accessToken: string }> {
  const { server, format, tokens, failures } = provider;
  const raw = await sendCodeExchange({ server, client, format, callback, redirectUri, codeVerifier, wire });
  const read = interpretTokenAnswer({ tokens, failures, raw });
  if (read.kind === 'failure') throw new SignInRefusal('answer_refused', read.failure.code);
  const { idToken } = read.answer;
  if (idToken === undefined) throw new SignInRefusal('answer_refused', 'id_token_missing');
  return { idToken, accessToken: read.answer.tokens[0].accessToken };
}

/** Claims for scopes may be in UserInfo alone (OpenID Connect Core §5.4). */
function isThin(claims: IdTokenClaims, { settings, provider }: Issuer): boolean {
  if (provider.server.endpoints.userinfo === undefined) return false;
  const wanted = ['name', 'email', ...settings.roles.map(({ claim }) => claim)];
  return wanted.some((claim) => !Object.hasOwn(claims, claim));
}

async function userinfo(
  { provider: { server } }: Issuer,
  accessToken: string,
  subject: string,
  wire: Wire,
): Promise<Record<string, unknown> | undefined> {
  return claimsOfUserinfo(await sendUserinfo({ server, accessToken, wire }), subject);
}

function identityOf(
  { settings }: Issuer,
  claims: Readonly<Record<string, unknown>>,
): Pick<ProvenIdentity, 'identity' | 'authenticatedAt' | 'issuerSessionId'> {
  const { auth_time: authTime, sid } = claims;
  const subject = String(claims['sub']);
  const email = text(claims['email']);
  return {
    identity: {
      issuer: settings.issuer,
      subject,
      email: email ?? null,
      emailVerified: email !== undefined && claims['email_verified'] === true,
      name: text(claims['name']) ?? text(claims['preferred_username']) ?? email ?? subject,
    },
    authenticatedAt: new Date(typeof authTime === 'number' ? authTime * 1_000 : 0),
    issuerSessionId: text(sid) ?? null,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : undefined;
}
