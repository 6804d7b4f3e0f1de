import type { FailureClass } from './failure-class.js';

/** Codes of RFC 6749 §5.2 and its family, and those that so many servers share that they need no profile. */
export const standardCodes: ReadonlyMap<string, FailureClass> = new Map([
  ['invalid_grant', 'REAUTHORIZE'],
  ['invalid_client', 'CLIENT_CONFIG'],
  ['unauthorized_client', 'CLIENT_CONFIG'],
  ['unsupported_grant_type', 'CLIENT_CONFIG'],
  ['incorrect_client_credentials', 'CLIENT_CONFIG'],
  ['slow_down', 'THROTTLED'],
  ['rate_limited', 'THROTTLED'],
  ['rate_limit_exceeded', 'THROTTLED'],
  ['too_many_requests', 'THROTTLED'],
  ['temporarily_unavailable', 'TRANSIENT'],
  ['server_error', 'TRANSIENT'],
  // RFC 9449 §8: the token was not looked at; the same request again, with the nonce.
  ['use_dpop_nonce', 'TRANSIENT'],
]);
