export {
  AccessTokenError,
  type AccessTokenErrorCode,
  type AccessTokenRefusal,
} from './access-token-error.js';
export {
  AccessTokenVerifier,
  type AccessToken,
  type AccessTokenVerifierOptions,
  type KeySetFetch,
} from './access-token-verifier.js';
export { AccessTokenGuard } from './access-token.guard.js';
export { bearerChallenge, bearerToken } from './bearer.js';
export { CurrentAccessToken, RequireTokenScope } from './require-token-scope.js';
