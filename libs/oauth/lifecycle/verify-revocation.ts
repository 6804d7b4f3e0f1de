import type { RevocationReach } from '../protocol/revocation.js';

/** What the provider says of a token that it was told to revoke; `not_askable`: there is no way to ask. */
export type TokenFound = 'alive' | 'dead' | 'unknown' | 'not_askable';
export type VerifyingMeans = 'introspection' | 'userinfo' | 'refresh' | 'expiry';
type Kind = 'access_token' | 'refresh_token';

export interface VerificationFacts {
  /** What the profile says that revoking one token kills. */
  reach: RevocationReach;
  /** How the two were asked about, where that was possible. */
  asked: 'introspection' | 'userinfo';
  /** Null: there is none, or it cannot be opened any more. */
  refreshToken: TokenFound | null;
  accessToken: TokenFound | null;
  /** Whoever checks it without asking takes it until it expires. */
  accessTokenIsJwt: boolean;
  /** Null: not known to expire. */
  accessTokenRemainingMs: number | null;
  /** What trying its refresh token came to; null: not tried since the provider was last told. */
  probe: 'dead' | 'alive' | 'unanswerable' | null;
  /** False where trying it might touch another grant of the same user. */
  mayProbe: boolean;
}

export type VerificationStep =
  | { do: 'confirm'; by: VerifyingMeans }
  | { do: 'tell_again'; alive: Kind[] }
  | { do: 'ask_again' }
  | { do: 'probe' }
  | { do: 'wait'; ms: number }
  | { do: 'give_up'; reason: string };

/** Longer than this nobody waits for an access token to expire: it is then said that it may live on. */
export const longestExpiryWaitMs = 24 * 3_600_000;
/** Its expiry is by our clock and the provider's. */
const clockMarginMs = 1_000;

/** Whether a revoked grant is known to be dead, or what has to happen to know it. Pure and total. */
export function verifyRevocation(facts: VerificationFacts): VerificationStep {
  const { refreshToken, accessToken, probe } = facts;
  const alive: Kind[] = [];
  if (refreshToken === 'alive' || probe === 'alive') alive.push('refresh_token');
  if (accessToken === 'alive' && !isExpired(facts)) alive.push('access_token');
  if (alive.length > 0) return { do: 'tell_again', alive };
  // What the provider says of a token that others take without asking changes nothing: it is waited for.
  const matters = !isExpired(facts) && !facts.accessTokenIsJwt;
  if (refreshToken === 'unknown' || (accessToken === 'unknown' && matters)) return { do: 'ask_again' };
  const ofRefreshToken = deathOfRefreshToken(facts);
  if (typeof ofRefreshToken === 'object') return ofRefreshToken;
  const ofAccessToken = deathOfAccessToken(facts, ofRefreshToken);
  if (typeof ofAccessToken === 'object') return ofAccessToken;
  // The one that says most of how sure it is: a means that only waited is named where nothing else could be done.
  const by = ofAccessToken === 'expiry' && facts.accessTokenIsJwt ? 'expiry' : ofRefreshToken;
  return { do: 'confirm', by: by ?? ofAccessToken ?? 'expiry' };
}

/** By what it is known; undefined: there is none. */
function deathOfRefreshToken(facts: VerificationFacts): VerifyingMeans | VerificationStep | undefined {
  const { refreshToken, accessToken, asked, probe } = facts;
  if (refreshToken === null) return undefined;
  if (refreshToken === 'dead') return asked;
  if (probe === 'dead') return 'refresh';
  // The whole grant is one: an access token that died before its time shows that the other is dead too.
  if (killsGrant(facts) && accessToken === 'dead' && !isExpired(facts)) return asked;
  if (!facts.mayProbe) return { do: 'give_up', reason: 'would_touch_another_grant' };
  return probe === 'unanswerable'
    ? { do: 'give_up', reason: 'refresh_token_not_checkable' }
    : { do: 'probe' };
}

function deathOfAccessToken(
  facts: VerificationFacts,
  ofRefreshToken: VerifyingMeans | undefined,
): VerifyingMeans | VerificationStep | undefined {
  const { accessToken, accessTokenIsJwt, accessTokenRemainingMs: leftMs } = facts;
  if (accessToken === null) return undefined;
  if (isExpired(facts)) return 'expiry';
  if (!accessTokenIsJwt) {
    if (accessToken === 'dead') return facts.asked;
    if (killsGrant(facts) && ofRefreshToken !== undefined) return ofRefreshToken;
  }
  if (leftMs === null) return { do: 'give_up', reason: 'access_token_without_expiry' };
  if (leftMs > longestExpiryWaitMs) return { do: 'give_up', reason: 'access_token_lives_on' };
  return { do: 'wait', ms: leftMs + clockMarginMs };
}

function isExpired({ accessTokenRemainingMs: leftMs }: VerificationFacts): boolean {
  return leftMs !== null && leftMs <= 0;
}

function killsGrant({ reach }: VerificationFacts): boolean {
  return reach !== 'token';
}
