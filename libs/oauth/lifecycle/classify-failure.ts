import { readDocument, readFirst } from '../protocol/answer-document.js';
import type { RawAnswer } from '../protocol/raw-answer.js';
import { errorCode } from '../protocol/token-response.js';
import type { Failure, FailureClass } from './failure-class.js';
import { retryAfterMs } from './retry-after.js';
import { standardCodes } from './standard-codes.js';

/** What a provider's errors mean, where it differs from RFC 6749 or adds to it. */
export interface FailureVocabulary {
  /** Where the code is, as RFC 6901 pointers; the first that holds one counts. */
  codeAt: readonly string[];
  codes: Readonly<Record<string, FailureClass>>;
  /** Codes that mean different things; tried first, in order. Every condition given must hold. */
  patterns: readonly FailurePattern[];
  /** What the server says where it saw a refresh token that had been used before. */
  reuse?: readonly ReuseSign[];
}

/** A part of the body, ignoring case, beside a code. A bare code never is one: it means other things too. */
export interface ReuseSign {
  code: string;
  bodyIncludes: string;
}

export interface FailurePattern {
  status?: number;
  code?: string;
  /** Looked for in the whole body, ignoring case. */
  bodyIncludes?: string;
  class: FailureClass;
}

/** How far a token request came, and what it brought. */
export type RequestOutcome =
  /** Nothing was written; `code` is the HTTP client's. */
  | { phase: 'not_sent'; code: string }
  /** Something was written and no whole answer came back. */
  | { phase: 'ambiguous'; code: string }
  | { phase: 'answered'; raw: RawAnswer };

/** Total over everything that is not a token answer. An unknown code is never REAUTHORIZE. */
export function classifyFailure(vocabulary: FailureVocabulary, outcome: RequestOutcome): Failure {
  switch (outcome.phase) {
    case 'not_sent':
      return { class: 'TRANSIENT', code: outcome.code, recognised: true, mayHaveSpent: false };
    case 'ambiguous':
      return { class: 'AMBIGUOUS', code: outcome.code, recognised: true, mayHaveSpent: true };
    case 'answered':
      return classifyAnswer(vocabulary, outcome.raw);
  }
}

function classifyAnswer(vocabulary: FailureVocabulary, raw: RawAnswer): Failure {
  const document = readDocument(raw);
  const code = errorCode(vocabulary.codeAt, document);
  const known = classOfCode(vocabulary, raw, code);
  const byStatus = classOfStatus(raw, readFirst(document, vocabulary.codeAt) !== undefined);
  const failureClass = known ?? byStatus.class;
  return {
    class: failureClass,
    code: code ?? (failureClass === 'PROTOCOL' ? 'not_understood' : `http_${raw.status}`),
    httpStatus: raw.status,
    retryAfterMs: retryAfterMs(raw),
    recognised: known !== undefined || byStatus.recognised,
    mayHaveSpent: mayHaveSpent(raw, failureClass, code),
    ...(tellsReuse(vocabulary, raw, code) && { tellsReuse: true }),
  };
}

function classOfCode(
  { codes, patterns }: FailureVocabulary,
  raw: RawAnswer,
  code: string | undefined,
): FailureClass | undefined {
  // RFC 6585 §4. Before the code: providers put all kinds of codes into a 429.
  if (raw.status === 429) return 'THROTTLED';
  const pattern = patterns.find((one) => matches(one, raw, code));
  if (pattern) return pattern.class;
  if (code === undefined) return undefined;
  const meant = Object.hasOwn(codes, code) ? codes[code] : standardCodes.get(code);
  // A server that is broken says nothing certain about a grant or a client.
  return raw.status >= 500 && meant !== 'THROTTLED' ? undefined : meant;
}

function tellsReuse({ reuse = [] }: FailureVocabulary, raw: RawAnswer, code: string | undefined): boolean {
  return reuse.some((sign) => matches(sign, raw, code));
}

function matches(pattern: Omit<FailurePattern, 'class'>, raw: RawAnswer, code: string | undefined): boolean {
  if (pattern.status !== undefined && pattern.status !== raw.status) return false;
  if (pattern.code !== undefined && pattern.code !== code) return false;
  const wanted = pattern.bodyIncludes?.toLowerCase();
  return wanted === undefined || raw.body.toString('utf8').toLowerCase().includes(wanted);
}

function classOfStatus(raw: RawAnswer, hasCode: boolean): Pick<Failure, 'class' | 'recognised'> {
  const { status } = raw;
  if (status >= 200 && status < 300) return { class: 'PROTOCOL', recognised: false };
  if (status === 403 && retryAfterMs(raw) !== undefined) return { class: 'THROTTLED', recognised: true };
  // RFC 6749 §5.2: client authentication failed. Only where no code says otherwise.
  const challenged = /^basic\b/i.test(raw.headers['www-authenticate'] ?? '');
  if (status === 401 && challenged && !hasCode) return { class: 'CLIENT_CONFIG', recognised: true };
  return { class: 'TRANSIENT', recognised: status >= 500 || status === 408 || status === 425 };
}

/** Whoever refuses by a code, or before looking, has spent nothing; a gateway's 5xx hides an answer that may exist. */
function mayHaveSpent(raw: RawAnswer, failureClass: FailureClass, code: string | undefined): boolean {
  if (failureClass === 'PROTOCOL') return true;
  if (raw.status < 500 || code === 'temporarily_unavailable' || failureClass === 'THROTTLED') return false;
  return !(raw.status === 503 && raw.headers['retry-after'] !== undefined);
}
