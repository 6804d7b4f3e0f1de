/** RFC 8935 2.4, and SSF 1.0's for a verification event that nobody asked for. */
export type SecurityEventErrorCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'access_denied'
  | 'invalid_state';

/** A SET that is refused. The message goes to the transmitter: it never quotes the SET. */
export class SecurityEventError extends Error {
  override readonly name = 'SecurityEventError';

  constructor(
    readonly code: SecurityEventErrorCode,
    readonly description: string,
  ) {
    super(`${code}: ${description}`);
  }
}
