import type { UpstreamName } from '#platform';

/**
 * Why no answer came: `unreachable` = no replica took a connection, so nothing was sent; `broken` = lost after
 * sending began, so it may have been handled; `timed-out` = handled for too long, so likewise.
 */
export type UpstreamFailure = 'unreachable' | 'broken' | 'timed-out';

export class UpstreamError extends Error {
  constructor(
    readonly upstream: UpstreamName,
    readonly failure: UpstreamFailure,
    options: ErrorOptions,
  ) {
    super(`${upstream} is ${failure}`, options);
  }
}

const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const tooSlow = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Reads a client error: only one from before the connection stood proves that nothing was sent. */
export function failureOf(error: unknown): UpstreamFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (neverConnected.has(code)) return 'unreachable';
  return tooSlow.has(code) ? 'timed-out' : 'broken';
}
