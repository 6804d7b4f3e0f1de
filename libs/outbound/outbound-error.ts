/** `not_sent`: no byte of the request was written, it may be sent again. `ambiguous`: it may have had its effect. */
export type OutboundPhase = 'not_sent' | 'ambiguous';

const sentences = {
  'url-forbidden': 'the URL is not one that requests may go to',
  'address-forbidden': 'the host is, or resolves to, an address that requests may not go to',
  'request-invalid': 'the request cannot be written',
  'dns-failed': 'the host name does not resolve',
  'connect-failed': 'no connection',
  'tls-failed': 'no trusted TLS connection',
  'stopped-before-write': 'the caller stopped the request before it was written',
  aborted: 'the caller gave up',
  'deadline-exceeded': 'no complete answer within the deadline',
  'connection-lost': 'the connection was lost before the answer was complete',
  'response-malformed': 'the answer is not HTTP as it should be',
  'headers-too-large': 'the headers of the answer are too large',
  'body-too-large': 'the body of the answer is too large',
  'encoding-unsupported': 'the body of the answer has a content encoding that was not asked for',
  'client-closed': 'this service is shutting down',
} as const;

export type OutboundErrorCode = keyof typeof sentences;

export interface OutboundErrorDetails {
  /** Host and port of the URL; never its path or query. */
  host?: string;
  /** Status of the answer, where one had begun. */
  status?: number;
  /** The code of the error below, such as ECONNRESET. Never its message, which can quote the answer. */
  reason?: string;
}

/** A request that brought no answer. Holds no path, query, header or body, and no cause that could. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly host?: string;
  readonly status?: number;
  readonly reason?: string;

  constructor(
    readonly code: OutboundErrorCode,
    readonly phase: OutboundPhase,
    { host, status, reason }: OutboundErrorDetails = {},
  ) {
    super(`${host ?? 'outbound request'}: ${sentences[code]}${reason === undefined ? '' : ` (${reason})`}`);
    this.host = host;
    this.status = status;
    this.reason = reason;
  }
}
