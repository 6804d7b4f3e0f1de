import { errors } from 'undici';
import { OutboundError, type OutboundErrorCode, type OutboundErrorDetails } from './outbound-error.js';

/** The code of an error from below, or nothing. Messages are left behind: undici's can quote the answer. */
export function reasonOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined;
}

/** What undici or a socket said, in our words. The phase is what was observed and is never guessed from the error. */
export function failure(error: unknown, written: boolean, details: OutboundErrorDetails): OutboundError {
  const phase = written ? 'ambiguous' : 'not_sent';
  if (error instanceof OutboundError) {
    return new OutboundError(error.code, phase, { ...details, reason: error.reason });
  }
  // It has no code, and its `data` is what the server sent.
  if (error instanceof errors.HTTPParserError) return new OutboundError('response-malformed', phase, details);
  const reason = reasonOf(error);
  return new OutboundError(codeFor(reason, written), phase, { ...details, reason });
}

function codeFor(reason: string | undefined, written: boolean): OutboundErrorCode {
  switch (reason ?? '') {
    case 'UND_ERR_INVALID_ARG':
      return 'request-invalid';
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return 'client-closed';
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'headers-too-large';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'response-malformed';
  }
  if (written) return 'connection-lost';
  return reason !== undefined && /^(ERR_TLS|ERR_SSL|CERT_|EPROTO)|_CERT|_SIGNATURE/.test(reason)
    ? 'tls-failed'
    : 'connect-failed';
}
