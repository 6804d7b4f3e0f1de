import { retryAfterMs } from '../lifecycle/retry-after.js';
import { readDocument, readPointer } from './answer-document.js';
import type { RawAnswer } from './raw-answer.js';
import type { RevocationRules } from './revocation.js';
import { errorCode } from './token-response.js';

export type RevocationOutcome =
  /** Dead at the provider: by this request, or before it. */
  | { outcome: 'revoked' }
  /** To be told again, durably, until it works or is given up. */
  | { outcome: 'retry'; code: string; httpStatus: number; retryAfterMs?: number }
  /** The provider cannot revoke this kind of token. */
  | { outcome: 'unsupported'; code: string; httpStatus: number }
  | { outcome: 'failed'; code: string; httpStatus: number };

/** Our own credentials are wrong: that gets mended, and then it works. */
const clientFaults = ['invalid_client', 'unauthorized_client'];

/** RFC 7009 §2.2: an unknown token is a success; 503 is to be tried again (§2.2.1). */
export function interpretRevocation(rules: RevocationRules, raw: RawAnswer): RevocationOutcome {
  const document = readDocument(raw);
  const given = errorCode(rules.errorCodes, document);
  const { status } = raw;
  const code = given ?? `http_${status}`;
  const said =
    rules.success === null || readPointer(document, rules.success.pointer) === rules.success.equals;
  if (status >= 200 && status < 300 && said) return { outcome: 'revoked' };
  if (given !== undefined && rules.goneCodes.includes(given)) return { outcome: 'revoked' };
  if (rules.goneStatuses.includes(status)) return { outcome: 'revoked' };
  if (given === 'unsupported_token_type') return { outcome: 'unsupported', code, httpStatus: status };
  const transient = status >= 500 || [401, 408, 425, 429].includes(status) || clientFaults.includes(code);
  // A 200 that denies its own success may be throttling in disguise (Slack's `ratelimited`).
  if (transient || status < 400)
    return { outcome: 'retry', code, httpStatus: status, retryAfterMs: retryAfterMs(raw) };
  return { outcome: 'failed', code, httpStatus: status };
}
