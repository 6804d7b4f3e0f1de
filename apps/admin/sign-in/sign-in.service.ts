import { Injectable } from '@nestjs/common';
import { beginAuthorization, OAuthError, readAuthorizationResponse } from '#oauth';
import { SignIns } from '#storage';
import { AdminConfig } from '../admin.config.js';
import { cookieValue } from '../sessions/session-cookie.js';
import { IdentitiesService, type ProvenIdentity } from './identities.service.js';
import { IssuersService, type Issuer } from './issuers.service.js';
import { OpeningService, type Browser } from './opening.service.js';
import { localPath, type SignInStart } from './return-to.js';
import { cookieText, parseCookieText, sha256, signInCookieName } from './sign-in-cookie.js';
import { SignInRefusal } from './sign-in-refusal.js';

/** How long somebody may take at their identity provider. */
export const signInLifeSeconds = 600;
/** Asked for where no fresher sign-in is needed: with it the ID token says when the person proved who they are. */
const usualMaxAgeSeconds = 86_400;
/** Between two clocks. */
const toleranceSeconds = 30;

/** Signs people in by OpenID Connect: code, PKCE, state, nonce; each sign-in is a new session. */
@Injectable()
export class SignInService {
  constructor(
    private readonly config: AdminConfig,
    private readonly issuers: IssuersService,
    private readonly identities: IdentitiesService,
    private readonly signIns: SignIns,
    private readonly openings: OpeningService,
  ) {}

  /** Where to send the browser, and what to keep in it. @throws SignInRefusal */
  async begin(issuerId: string, start: SignInStart): Promise<{ url: string; state: string; cookie: string }> {
    const { return_to: returnTo, max_age: maxAgeSeconds } = start;
    const issuer = await SignInRefusal.ofSignIn(start, () => this.issuers.load(issuerId));
    const { authorization, server } = issuer.provider;
    const maxAge = String(maxAgeSeconds ?? usualMaxAgeSeconds);
    const { url, state, secrets } = await beginAuthorization({
      server,
      rules: { ...authorization, openid: true, parameters: { ...authorization.parameters, max_age: maxAge } },
      clientId: issuer.client.clientId,
      redirectUri: this.issuers.redirectUri(issuer.settings),
      scopes: issuer.settings.scopes,
    });
    const cookie = cookieText({ codeVerifier: secrets.codeVerifier!, nonce: secrets.nonce! });
    await this.signIns.begin(
      sha256(state),
      {
        issuer: issuerId,
        browserHash: sha256(cookie),
        returnTo: localPath(returnTo, this.config.PUBLIC_URL),
        maxAgeSeconds: maxAgeSeconds ?? null,
      },
      signInLifeSeconds,
    );
    return { url, state, cookie };
  }

  /** A new session for whoever comes back with a good answer; the one that they came with ends. @throws SignInRefusal */
  async complete(
    issuerId: string,
    parameters: URLSearchParams,
    browser: Browser,
  ): Promise<{ secret: string; returnTo: string }> {
    const state = parameters.get('state') ?? '';
    const kept = cookieValue(browser.cookie, signInCookieName(state, this.openings.secure));
    const secrets = kept === undefined ? undefined : parseCookieText(kept);
    const begun = secrets && (await this.signIns.take(sha256(state), sha256(kept!)));
    if (!begun || begun.issuer !== issuerId) throw new SignInRefusal('unknown_sign_in');
    const { returnTo, maxAgeSeconds } = begun;
    const start = { return_to: returnTo, max_age: maxAgeSeconds ?? undefined };
    return SignInRefusal.ofSignIn(start, async () => {
      const issuer = await this.issuers.load(issuerId);
      const callback = read(issuer, parameters, state);
      const redirectUri = this.issuers.redirectUri(issuer.settings);
      const proven = await this.identities.prove(issuer, redirectUri, callback, secrets);
      if (maxAgeSeconds !== null) checkFreshness(proven, maxAgeSeconds);
      return { secret: await this.openings.open(issuer, proven, browser, returnTo), returnTo };
    });
  }
}

function read({ provider, client }: Issuer, parameters: URLSearchParams, expectedState: string) {
  try {
    return readAuthorizationResponse({
      server: provider.server,
      clientId: client.clientId,
      parameters,
      expectedState,
    });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const code = error.code === 'authorization-denied' ? 'denied' : 'answer_refused';
    throw new SignInRefusal(code, error.providerCode ?? error.code, error);
  }
}

/** OpenID Connect Core §3.1.3.7 (13): `auth_time` must be there, and as new as was asked for. */
function checkFreshness({ authenticatedAt }: ProvenIdentity, maxAgeSeconds: number): void {
  const ageSeconds = (Date.now() - authenticatedAt.getTime()) / 1_000;
  if (ageSeconds > maxAgeSeconds + toleranceSeconds) throw new SignInRefusal('not_fresh');
}
