export {
  AccessTokenError,
  type AccessTokenErrorCode,
  type AccessTokenRefusal,
} from './access-token-error.js';
export {
  AccessTokenVerifier,
  type AccessToken,
  type AccessTokenVerifierOptions,
} from './access-token-verifier.js';
export type { IssuerKeys, KeySetFetch } from './check-jwt.js';
export { CachedKeySet, type CachedKeySetOptions } from './cached-key-set.js';
export {
  claimedParties,
  WorkloadTokenVerifier,
  type WorkloadToken,
  type WorkloadTokenVerifierOptions,
} from './workload-token-verifier.js';
export { AccessTokenGuard } from './access-token.guard.js';
export { faultOfPublicKey, publicPart } from './public-key.js';
export { bearerChallenge, bearerToken } from './bearer.js';
export { CurrentAccessToken, RequireTokenScope } from './require-token-scope.js';
export { SecurityEventError, type SecurityEventErrorCode } from './security-event-error.js';
export {
  SecurityEventTokenVerifier,
  type SecurityEventToken,
  type SecurityEventTokenVerifierOptions,
} from './security-event-token-verifier.js';
export { parseSubject, type SimpleSubject, type SubjectIdentifier } from './subject-identifier.js';
export {
  RevocationRequestVerifier,
  type RevocationRequestVerifierOptions,
} from './revocation-request-verifier.js';
