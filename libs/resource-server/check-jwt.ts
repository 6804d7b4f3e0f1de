import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { AccessTokenError, type AccessTokenRefusal } from './access-token-error.js';

/** How a key set is fetched; OutboundClient's `fetch` will do. */
export type KeySetFetch = FetchImplementation;

/** Where the keys of an issuer are: fetched from its address, given, or found by whoever keeps them. */
export type IssuerKeys = { uri: string; fetch: KeySetFetch } | { keys: JWK[] } | JWTVerifyGetKey;

export function keyFinder(keys: IssuerKeys): JWTVerifyGetKey {
  if (typeof keys === 'function') return keys;
  return 'fetch' in keys
    ? createRemoteJWKSet(new URL(keys.uri), { [customFetch]: keys.fetch })
    : createLocalJWKSet(keys);
}

/** @throws TypeError for a symmetric algorithm or `none`. */
export function asymmetric(algorithms: readonly string[]): string[] {
  // With a MAC whoever can verify can issue, and the public key could be passed off as the secret.
  if (algorithms.some((name) => !/^(RS|PS|ES|Ed)/.test(name)))
    throw new TypeError('Access tokens are verified with asymmetric algorithms only.');
  return [...algorithms];
}

/** Signature, algorithm, times and the named claims. @throws AccessTokenError */
export async function checkJwt(
  token: string,
  findKey: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, findKey, options);
  } catch (error) {
    throw new AccessTokenError(refusalOf(error));
  }
}

/** A token bound to a key (RFC 8705 3, RFC 9449 6) would lose that protection if it passed as a bearer token. */
export function isSenderConstrained({ cnf }: JWTPayload): boolean {
  return cnf !== undefined;
}

function refusalOf(error: unknown): AccessTokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error.claim, error.reason);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm-not-allowed';
  // A critical header that nobody here understands (RFC 7515 4.1.11).
  if (error instanceof errors.JOSENotSupported) return 'malformed-token';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'unknown-key';
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed-token';
  // What is left went wrong while the key set was fetched and read: nobody can say yet whether the token is good.
  return 'keys-unavailable';
}

function claimRefusal(claim: string, reason: string): AccessTokenRefusal {
  if (claim === 'typ') return 'wrong-type';
  if (reason === 'missing' || reason === 'invalid') return 'claim-missing';
  if (claim === 'iss') return 'wrong-issuer';
  if (claim === 'aud') return 'wrong-audience';
  return claim === 'nbf' || claim === 'iat' ? 'not-yet-valid' : 'claim-missing';
}
