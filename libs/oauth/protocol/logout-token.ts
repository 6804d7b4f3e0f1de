import { decodeProtectedHeader } from 'jose';
import { OAuthError } from '../oauth-error.js';
import { type IdTokenCheck, verifyServerToken } from './id-token.js';

const event = 'http://schemas.openid.net/event/backchannel-logout';

/** Whose sessions ended: one session of the issuer's, or all of a subject. */
export interface LogoutClaims {
  sessionId?: string;
  subject?: string;
}

/** OpenID Connect Back-Channel Logout 1.0 §2.6. @throws OAuthError logout-token-malformed, id-token-… */
export async function verifyLogoutToken({
  logoutToken,
  ...check
}: Omit<IdTokenCheck, 'nonce' | 'idToken'> & { logoutToken: string }): Promise<LogoutClaims> {
  const claims = await verifyServerToken({ ...check, idToken: logoutToken });
  const { typ } = decodeProtectedHeader(logoutToken);
  const { events, sid, sub, jti, nonce } = claims as Record<string, unknown>;
  const saysLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, event);
  // A nonce marks an ID token, which must never pass for a logout token.
  const isIdToken =
    nonce !== undefined || (typ !== undefined && typ.toLowerCase() !== 'logout+jwt' && typ !== 'JWT');
  if (!saysLogout || isIdToken || typeof jti !== 'string') throw new OAuthError('logout-token-malformed');
  const logout: LogoutClaims = {
    ...(typeof sid === 'string' && sid !== '' && { sessionId: sid }),
    ...(typeof sub === 'string' && sub !== '' && { subject: sub }),
  };
  if (Object.keys(logout).length === 0) throw new OAuthError('logout-token-malformed');
  return logout;
}
