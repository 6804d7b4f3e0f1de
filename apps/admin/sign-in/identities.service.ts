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
/** Between two clocks. */
const clockToleranceMs = 30_000;

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
        ? completed(told, await userinfo(issuer, accessToken, told.sub, wire))
        : told;
      return { identity: identityOf(issuer, claims), ...authenticationOf(told), claims, idToken };
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

/** What UserInfo adds. Whether an address is verified is said of the very address: of both or of none. */
function completed(told: IdTokenClaims, more: Record<string, unknown> | undefined): Record<string, unknown> {
  const { email, email_verified, ...others } = more ?? {};
  return { ...others, ...(Object.hasOwn(told, 'email') ? {} : { email, email_verified }), ...told };
}

/** @throws SignInRefusal where the subject is none that OpenID Connect Core §2 allows */
function identityOf({ settings }: Issuer, claims: Readonly<Record<string, unknown>>): Identity {
  const subject = exact(claims['sub'], 255);
  if (subject === undefined) throw new SignInRefusal('answer_refused', 'subject_malformed');
  const email = exact(claims['email'], 254);
  return {
    issuer: settings.issuer,
    subject,
    email: email ?? null,
    emailVerified: email !== undefined && claims['email_verified'] === true,
    name: readable(claims['name']) ?? readable(claims['preferred_username']) ?? email ?? subject,
  };
}

/** Of the ID token alone: UserInfo knows nothing of this sign-in. @throws SignInRefusal where it is still to come */
function authenticationOf({
  auth_time: told,
  sid,
}: IdTokenClaims): Pick<ProvenIdentity, 'authenticatedAt' | 'issuerSessionId'> {
  const atMs = typeof told === 'number' ? told * 1_000 : 0;
  const now = Date.now();
  if (atMs > now + clockToleranceMs) throw new SignInRefusal('answer_refused', 'auth_time_in_future');
  const authenticatedAt = new Date(Math.min(Math.max(atMs, 0), now));
  return { authenticatedAt, issuerSessionId: exact(sid, 300) ?? null };
}

/** What is compared: as it came, or not at all. */
function exact(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > length) return undefined;
  return value.isWellFormed() && !/\p{Cc}/u.test(value) ? value : undefined;
}

/** What people read: without what neither Postgres nor canonical JSON takes, and no longer than a line. */
function readable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return (
    value
      .slice(0, 300)
      .replaceAll(/\p{Cc}/gu, ' ')
      .toWellFormed()
      .trim() || undefined
  );
}
