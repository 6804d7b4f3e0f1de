import { readRefusal, refreshableStates, type ConnectionState } from '#oauth';
import type { FingerprintedToken } from '#storage';
import type { Introspection } from './introspection.dto.js';

/** What is told of the tokens that a fingerprint names: of a live one who and what, of any other nothing at all. */
export function introspectToken(found: readonly FingerprintedToken[]): Introspection {
  const token = found.find(isActive);
  return token ? viewOf(token) : { active: false };
}

/**
 * A superseded access token counts until it expires: whoever read it just before a renewal may go on using it. One that
 * is not known to expire, and any refresh token, counts only while it is the newest.
 */
function isActive({ kind, state, newest, expiresAt, readAt }: FingerprintedToken): boolean {
  if (expiresAt !== null && expiresAt <= readAt) return false;
  if (kind === 'refresh') return newest && refreshableStates.includes(state as ConnectionState);
  return readRefusal(state as ConnectionState) === null && (newest || expiresAt !== null);
}

function viewOf(token: FingerprintedToken): Introspection {
  const { kind, scope, clientId, subject, resource, connectionId, endUserId } = token;
  return {
    active: true,
    scope,
    ...(clientId !== null && { client_id: clientId }),
    ...(kind === 'access' && { token_type: token.tokenType }),
    ...(token.expiresAt && { exp: seconds(token.expiresAt) }),
    iat: seconds(token.issuedAt),
    ...(subject !== null && { sub: subject }),
    ...(resource.length > 0 && { aud: resource }),
    connection: connectionId,
    ...(endUserId !== null && { end_user: endUserId }),
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
