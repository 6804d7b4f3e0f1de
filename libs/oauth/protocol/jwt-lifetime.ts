import { decodeJwt } from 'jose';
import { type LifetimeBounds, parseLifetime } from '../lifecycle/expires-in.js';

/**
 * How long an access token that happens to be a JWT has to live, by its own claims, unverified: it only decides when to
 * renew. By `iat` where it has one, which no clock can falsify.
 */
export function lifetimeFromJwt(token: string, now: number, bounds: LifetimeBounds): number | undefined {
  const claims = claimsOf(token);
  if (typeof claims?.exp !== 'number') return undefined;
  const issuedAt = typeof claims.iat === 'number' && claims.iat < claims.exp ? claims.iat * 1000 : now;
  return parseLifetime(claims.exp, { ...bounds, form: 'epoch_seconds', now: issuedAt });
}

/** A token that others can check without asking who issued it: revoking it reaches none of them. */
export function looksLikeJwt(token: string): boolean {
  return claimsOf(token) !== undefined;
}

function claimsOf(token: string) {
  if (token.split('.').length !== 3) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
