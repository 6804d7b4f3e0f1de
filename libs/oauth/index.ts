export { backoffMs, type Backoff } from './lifecycle/backoff.js';
export {
  classifyFailure,
  type FailurePattern,
  type FailureVocabulary,
  type RequestOutcome,
} from './lifecycle/classify-failure.js';
export {
  type ConnectionEvent,
  type ConnectionState,
  connectionStates,
  erasableStates,
  promotableStates,
  readableStates,
  type ReadRefusal,
  readRefusal,
  refreshableStates,
  revocableStates,
  transition,
  type Transition,
  type Trigger,
  triggers,
} from './lifecycle/connection-state.js';
export {
  changeTags,
  type ConnectionTags,
  connectionTagsSchema,
  mostTags,
  tagChangesSchema,
  tagQuerySchema,
  tagsOfQuery,
} from './lifecycle/connection-tags.js';
export {
  day,
  defaultBounds,
  type LifetimeBounds,
  type LifetimeForm,
  lifetimeForms,
  parseLifetime,
} from './lifecycle/expires-in.js';
export { type Failure, type FailureClass, failureClasses, needsResolver } from './lifecycle/failure-class.js';
export {
  decideRead,
  defaultMinTtlMs,
  type ReadDecision,
  type ReadProblem,
  type TokenRead,
} from './lifecycle/min-ttl.js';
export {
  incidentIn,
  type IncidentKind,
  incidentKinds,
  type ProviderCounts,
} from './lifecycle/provider-incident.js';
export { type GrantLimits, reauthorizeBy } from './lifecycle/reauthorize-by.js';
export {
  assumedLifetimeMs,
  refreshDue,
  refreshMarginMs,
  type RefreshSchedule,
} from './lifecycle/refresh-due.js';
export { refreshTiming, type RefreshTiming } from './lifecycle/refresh-timing.js';
export { type AmbiguousAttempt, type Resolution, resolveAmbiguous } from './lifecycle/resolve-ambiguous.js';
export { retryAfterMs } from './lifecycle/retry-after.js';
export {
  longestExpiryWaitMs,
  type TokenFound,
  verifyRevocation,
  type VerificationFacts,
  type VerificationStep,
  type VerifyingMeans,
} from './lifecycle/verify-revocation.js';
export {
  type EffectiveRotation,
  effectiveRotation,
  type RotationMode,
  rotationModes,
  type RotationRules,
  shortestUsefulGraceMs,
  windowModes,
} from './lifecycle/rotation-mode.js';
export { mayStillRefresh, type SupersededRefreshToken } from './lifecycle/superseded-refresh-token.js';
export { OAuthError, type OAuthErrorCode, phaseOf } from './oauth-error.js';
export {
  type AuthorizationRequest,
  type AuthorizationRules,
  type AuthorizationSecrets,
  beginAuthorization,
  type BegunAuthorization,
} from './protocol/authorization-request.js';
export {
  type AuthorizationCallback,
  type AuthorizationResponse,
  readAuthorizationResponse,
} from './protocol/authorization-response.js';
export {
  type AuthorizationServer,
  type EndpointName,
  endpointOf,
  isSecureEndpoint,
} from './protocol/authorization-server.js';
export {
  type ClientAuthentication,
  type ClientAuthMethod,
  clientAuthMethods,
  type OAuthClient,
} from './protocol/client-authentication.js';
export { type ClientCredentialsGrant, sendClientCredentials } from './protocol/client-credentials.js';
export { type CodeExchange, sendCodeExchange } from './protocol/code-exchange.js';
export type { Fetch, FetchRequest } from './protocol/fetch.js';
export { fetchKeys, type IdTokenCheck, type IdTokenClaims, verifyIdToken } from './protocol/id-token.js';
export { type InterpretedAnswer, interpretTokenAnswer } from './protocol/interpret-token-answer.js';
export {
  interpretIntrospection,
  type Introspection,
  type IntrospectionRequest,
  sendIntrospection,
  type TokenTypeHint,
} from './protocol/introspection.js';
export { discoverMetadata, interpretMetadata, type ServerMetadata } from './protocol/metadata.js';
export { decodeRawAnswer, encodeRawAnswer, type RawAnswer, readAnswer } from './protocol/raw-answer.js';
export { type RefreshGrant, sendRefresh } from './protocol/refresh-grant.js';
export { type RequestFormat, standardFormat } from './protocol/request-format.js';
export { interpretRevocation, type RevocationOutcome } from './protocol/revocation-response.js';
export {
  type RevocationReach,
  type RevocationRequest,
  type RevocationRules,
  sendRevocation,
  standardRevocation,
} from './protocol/revocation.js';
export {
  type NotUnderstood,
  parseTokenAnswer,
  type SlotTokens,
  type TokenAnswer,
  type TokenAnswerOutcome,
  type TokenFault,
} from './protocol/token-response.js';
export { standardTokenRules, type TokenFields, type TokenRules } from './protocol/token-rules.js';
export { claimsOfUserinfo, interpretUserinfo, refutedByUserinfo, sendUserinfo } from './protocol/userinfo.js';
export type { Wire } from './protocol/wire.js';
export { looksLikeJwt } from './protocol/jwt-lifetime.js';
export { revokeTokens, type TokensRevoked } from './protocol/revoke-tokens.js';
export { clientsWithSecrets, trySecrets } from './protocol/client-secrets.js';
export { type LogoutClaims, verifyLogoutToken } from './protocol/logout-token.js';
