/** The error codes of RFC 6750 3.1, and the two cases it has none for. */
export type AccessTokenErrorCode =
  'missing_token' | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'temporarily_unavailable';

/** What exactly was wrong; for logs and for the `error_description`, neither of which ever quotes the token. */
export type AccessTokenRefusal =
  | 'no-token'
  | 'malformed-header'
  | 'malformed-token'
  | 'wrong-type'
  | 'algorithm-not-allowed'
  | 'unknown-key'
  | 'bad-signature'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'claim-missing'
  | 'sender-constrained'
  | 'scope-missing'
  | 'keys-unavailable';

const answers: Record<AccessTokenRefusal, [code: AccessTokenErrorCode, description: string]> = {
  'no-token': ['missing_token', 'An access token is required'],
  'malformed-header': ['invalid_request', 'The Authorization header must hold one Bearer token'],
  'malformed-token': ['invalid_token', 'The access token is malformed'],
  'wrong-type': ['invalid_token', 'The token is not a JWT access token'],
  'algorithm-not-allowed': [
    'invalid_token',
    'The access token is signed with an algorithm that is not allowed',
  ],
  'unknown-key': ['invalid_token', 'The access token is signed with an unknown key'],
  'bad-signature': ['invalid_token', 'The signature of the access token is wrong'],
  expired: ['invalid_token', 'The access token has expired'],
  'not-yet-valid': ['invalid_token', 'The access token is not valid yet'],
  'wrong-issuer': ['invalid_token', 'The access token is from another issuer'],
  'wrong-audience': ['invalid_token', 'The access token is for another resource'],
  'claim-missing': ['invalid_token', 'The access token lacks a required claim'],
  'sender-constrained': [
    'invalid_token',
    'The access token is bound to a key and cannot be used as a bearer token',
  ],
  'scope-missing': ['insufficient_scope', 'The access token does not have the required scope'],
  'keys-unavailable': ['temporarily_unavailable', 'The keys of the issuer cannot be read at the moment'],
};

const statuses: Record<AccessTokenErrorCode, 400 | 401 | 403 | 503> = {
  missing_token: 401,
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
};

/** A request that may not pass, and the HTTP status to say so with. */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  readonly code: AccessTokenErrorCode;
  readonly status: 400 | 401 | 403 | 503;

  constructor(
    readonly refusal: AccessTokenRefusal,
    readonly requiredScopes: readonly string[] = [],
  ) {
    const [code, description] = answers[refusal];
    super(description);
    this.code = code;
    this.status = statuses[code];
  }
}
