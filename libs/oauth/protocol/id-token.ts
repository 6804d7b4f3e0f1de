import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { OAuthError, type OAuthErrorCode } from '../oauth-error.js';
import { readDocument } from './answer-document.js';
import { type AuthorizationServer, endpointOf } from './authorization-server.js';
import { readAnswer } from './raw-answer.js';
import type { Wire } from './wire.js';

export interface IdTokenClaims extends JWTPayload {
  iss: string;
  sub: string;
}

export interface IdTokenCheck {
  idToken: string;
  server: AuthorizationServer;
  clientId: string;
  /** The one of the authorization request; absent where the token came with a refresh. */
  nonce?: string;
  keys: JSONWebKeySet;
  now: Date;
}

/** Between two clocks; in seconds. */
const clockTolerance = 30;
const safeAlgorithm = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** OpenID Connect Core §3.1.3.7, signature always. @throws OAuthError id-token-… */
export async function verifyIdToken(check: IdTokenCheck): Promise<IdTokenClaims> {
  const claims = await verifyServerToken(check);
  const { iss, sub, nonce } = claims as JWTPayload & { nonce?: unknown };
  if (typeof iss !== 'string' || typeof sub !== 'string' || sub === '')
    throw new OAuthError('id-token-malformed');
  if (check.nonce !== undefined && nonce !== check.nonce) throw new OAuthError('id-token-nonce');
  return claims as IdTokenClaims;
}

/** What ID tokens and logout tokens have in common: signature, issuer, audience, times. @throws OAuthError id-token-… */
export async function verifyServerToken(check: Omit<IdTokenCheck, 'nonce'>): Promise<JWTPayload> {
  const claims = await verifySignature(check);
  const { iss, aud, azp, exp, iat } = claims as JWTPayload & { azp?: unknown };
  if (typeof iss !== 'string' || typeof exp !== 'number') throw new OAuthError('id-token-malformed');
  if (iss !== expectedIssuer(check.server, claims)) throw new OAuthError('id-token-issuer');
  checkAudience(check.clientId, aud, azp);
  if (typeof iat !== 'number') throw new OAuthError('id-token-malformed');
  if (iat > check.now.getTime() / 1000 + clockTolerance) throw new OAuthError('id-token-issued-at');
  return claims;
}

async function verifySignature({
  idToken,
  server,
  keys,
  now,
}: Omit<IdTokenCheck, 'nonce'>): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      // Never a symmetric one: the client secret is no signing key of the server's.
      algorithms: server.idTokenAlgorithms.filter((name) => safeAlgorithm.test(name)),
      currentDate: now,
      clockTolerance,
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
    });
    return payload;
  } catch (error) {
    throw new OAuthError(faultOf(error));
  }
}

function faultOf(error: unknown): OAuthErrorCode {
  if (error instanceof errors.JWTExpired) return 'id-token-expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'id-token-algorithm';
  if (error instanceof errors.JWKSNoMatchingKey) return 'id-token-key-unknown';
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
    return 'id-token-signature';
  return 'id-token-malformed';
}

function expectedIssuer({ issuer }: AuthorizationServer, { tid }: JWTPayload): string | undefined {
  if (!issuer?.includes('{tenantid}')) return issuer;
  return typeof tid === 'string' && guid.test(tid) ? issuer.replace('{tenantid}', tid) : undefined;
}

/** Several audiences need an authorized party, and a named one must be us. */
function checkAudience(clientId: string, aud: string | string[] | undefined, azp: unknown): void {
  const audiences = [aud ?? []].flat();
  const party = azp === undefined ? audiences.length === 1 : azp === clientId;
  if (!audiences.includes(clientId) || !party) throw new OAuthError('id-token-audience');
}

/** The server's signing keys, to be cached by the caller. @throws OAuthError keys-unavailable, or what fetch throws */
export async function fetchKeys(request: {
  server: AuthorizationServer;
  wire: Wire;
}): Promise<JSONWebKeySet> {
  const { server, wire } = request;
  const url = endpointOf(server, 'jwks').href;
  const headers = { accept: 'application/json' };
  const response = await wire.fetch(url, { method: 'GET', headers, signal: wire.signal });
  const raw = await readAnswer(response, wire.now());
  const document = raw.status === 200 ? readDocument(raw, 'json') : undefined;
  const keys = document?.['keys'];
  if (!Array.isArray(keys)) throw new OAuthError('keys-unavailable');
  return { keys: keys.filter((key) => typeof key === 'object' && key !== null) };
}
