export { configClass, ConfigError } from './config/config-class.js';
export { serviceSettings, setting, type ServiceSettings } from './config/setting.js';
export { bootService, createService, type ServiceOptions } from './service.js';
export { Problem, problemDocument, problemSchema, type Fault, type ProblemExtra } from './problem/problem.js';
export { problemCatalogue, type ProblemSlug } from './problem/problem-catalogue.js';
export { problemOf } from './problem/problem-of.js';
export { sendProblem } from './problem/problem.filter.js';
export { ReadinessIndicators, type ReadinessIndicator } from './health/readiness-indicators.js';
export { refuseForgery } from './access/authentication.js';
export { mayUse, type Actor, type Caller } from './access/caller.js';
export {
  isScope,
  isWithin,
  permissionsOfRole,
  permissionsOfScopes,
  roles,
  roleSchema,
  scopes,
  scopeSchema,
  type Permission,
  type Role,
  type Scope,
} from './access/permissions.js';
export {
  ApiSession,
  CurrentCaller,
  CurrentSession,
  Public,
  RequirePermission,
  type RequestWithCaller,
} from './access/require-permission.js';
export { AccessPorts } from './access/access-ports.js';
export { requireFreshSignIn } from './access/access.guard.js';
export { SessionDirectory, type FoundSession } from './access/session-directory.js';
export { WorkloadDirectory, type FoundWorkload } from './access/workload-directory.js';
export { areNetworksWithin, isNetwork } from './access/allowed-addresses.js';
export { limitedAddress } from './access/limited-address.js';
export { KeyDirectory, type FoundApiKey } from './access/key-directory.js';
export { DenialRecorder, type Denial } from './access/denial-recorder.js';
export { RateLimitStore } from './access/rate-limits.js';
export { AssertionSigner, AssertionVerifier, type AssertionSubject } from './access/assertion.js';
export {
  IdempotencyStore,
  type IdempotencyState,
  type IdempotentUse,
} from './idempotency/idempotency-store.js';
export { Repeatable } from './idempotency/repeatable.js';
export { Metrics } from './metrics/metrics.js';
export { decodeCursor, encodeCursor, listQuery, page, pageOf } from './http/cursor.js';
export { checkIfMatch, entityTag } from './http/entity-tag.js';
export { reasonQuery, reasonSchema, type ReasonQuery } from './http/reason.js';
export { BodyLimit, RawBody } from './http/body-rules.js';
export { FormEncoded } from './http/form-encoded.js';
export { lookupBodyLimit, ownerOf, upstreamNames, type UpstreamName } from './http/route-owners.js';
export { requestId, runWithRequestId } from './http/request-context.js';
export { ApiAnswer, ApiProblems, NoStore } from './openapi/api-answers.js';
export { openApiDocument } from './openapi/openapi-document.js';
export { createLogger } from './logging/create-logger.js';
export { Repeating } from './loops/repeating.js';
export { html, Html } from './pages/html.js';
export { pageFrame, type Page } from './pages/page.js';
export { PageExceptionFilter } from './pages/page-exception.filter.js';
export { resultPage, type ResultPage } from './pages/result-page.js';
export { sendAway, sendPage } from './pages/send-page.js';
