import { parseLifetime } from '../lifecycle/expires-in.js';
import { type AnswerDocument, readDocument, readFirst, readPointer, safeCode } from './answer-document.js';
import { lifetimeFromJwt } from './jwt-lifetime.js';
import { type RawAnswer, serverNow } from './raw-answer.js';
import type { TokenRules } from './token-rules.js';

export interface SlotTokens {
  slot: string;
  accessToken: string;
  tokenType: string;
  /** Absent: the answer left it out, keep the old one (RFC 6749 §6). */
  refreshToken?: string;
  /** Space separated, whatever the provider's separator. Absent: as asked for (RFC 6749 §5.1). */
  scope?: string;
  /** Counted from the answer's arrival; null: not known to expire. */
  expiresInMs: number | null;
  expirySource: 'answer' | 'jwt' | 'default' | 'none';
  refreshTokenExpiresInMs: number | null;
}

export interface TokenAnswer {
  /** The main one first. */
  tokens: [SlotTokens, ...SlotTokens[]];
  /** Not verified yet. */
  idToken?: string;
  captured: Record<string, string>;
}

export type TokenFault =
  { kind: 'error-answer'; code?: string } | { kind: 'not-understood'; reason: NotUnderstood };

export type NotUnderstood =
  'no-document' | 'no-success' | 'no-access-token' | 'token-malformed' | 'token-type-unsupported';

export type TokenAnswerOutcome = { ok: true; answer: TokenAnswer } | { ok: false; fault: TokenFault };

/**
 * RFC 6749 §5 by the provider's rules, over a stored answer. Pure: run it again with better rules and nothing is lost.
 * `slot` names the one that was refreshed, whose tokens such an answer has at the top, too.
 */
export function parseTokenAnswer(rules: TokenRules, raw: RawAnswer, slot?: string): TokenAnswerOutcome {
  const document = readDocument(raw, rules.encoding);
  if (raw.status < 200 || raw.status > 299) return errorAnswer(rules, document);
  if (!document) return notUnderstood('no-document');
  if (!saysSuccess(rules, document)) {
    return readFirst(document, rules.errorCodes) === undefined
      ? notUnderstood('no-success')
      : errorAnswer(rules, document);
  }
  const [first, ...rest] = placesOf(rules, document, slot);
  if (!first) {
    return readFirst(document, rules.errorCodes) === undefined
      ? notUnderstood('no-access-token')
      : errorAnswer(rules, document);
  }
  return assemble(rules, raw, document, [first, ...rest]);
}

interface Place {
  slot: string;
  object: unknown;
}

function assemble(
  rules: TokenRules,
  raw: RawAnswer,
  document: AnswerDocument,
  [first, ...rest]: [Place, ...Place[]],
): TokenAnswerOutcome {
  const main = readSlot(rules, raw, first);
  if (typeof main === 'string') return notUnderstood(main);
  // A second slot that nobody understands must not cost the first: its landing keeps it.
  const others = rest.map((place) => readSlot(rules, raw, place)).filter((one) => typeof one !== 'string');
  const idToken = readFirst(document, rules.fields.idToken);
  return {
    ok: true,
    answer: {
      tokens: [main, ...others],
      idToken: typeof idToken === 'string' && idToken !== '' ? idToken : undefined,
      captured: captured(rules, document),
    },
  };
}

function saysSuccess({ success }: TokenRules, document: AnswerDocument): boolean {
  return success === null || readPointer(document, success.pointer) === success.equals;
}

function placesOf(rules: TokenRules, document: AnswerDocument, asked: string | undefined): Place[] {
  const places = rules.slots
    .map(({ slot, at }) => ({ slot, object: readPointer(document, at) }))
    .filter(({ object }) => isPresent(readFirst(object, rules.fields.accessToken)));
  if (asked === undefined) return places;
  const own = places.find(({ slot }) => slot === asked) ?? places[0];
  return own ? [{ slot: asked, object: own.object }] : [];
}

function readSlot(rules: TokenRules, raw: RawAnswer, { slot, object }: Place): SlotTokens | NotUnderstood {
  const accessToken = readFirst(object, rules.fields.accessToken);
  if (!isToken(accessToken)) return 'token-malformed';
  const refreshToken = readFirst(object, rules.fields.refreshToken);
  if (isPresent(refreshToken) && !isToken(refreshToken)) return 'token-malformed';
  const tokenType = readTokenType(rules, readFirst(object, rules.fields.tokenType));
  if (tokenType === undefined) return 'token-type-unsupported';
  return {
    slot,
    accessToken,
    tokenType,
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    scope: readScope(rules, readFirst(object, rules.fields.scope)),
    ...readExpiry(rules, raw, accessToken, readFirst(object, rules.fields.expiresIn)),
    refreshTokenExpiresInMs:
      parseLifetime(readFirst(object, rules.fields.refreshTokenExpiresIn), {
        ...rules.lifetime,
        maxMs: Number.MAX_SAFE_INTEGER,
        now: serverNow(raw),
      }) ?? null,
  };
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** RFC 6749 appendix A.12 and A.17: visible ASCII. Anything else would break out of a header. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) && value.trim() === value;
}

function readTokenType({ tokenType }: TokenRules, value: unknown): string | undefined {
  if (!isPresent(value)) return tokenType.fallback ?? undefined;
  if (typeof value !== 'string') return undefined;
  const name = value.trim().toLowerCase();
  // RFC 6749 §5.1: case-insensitive; §7.1: a type that the client does not understand is not used.
  return name === 'bearer' ? 'Bearer' : tokenType.aliases[name];
}

function readScope({ scopeSeparator }: TokenRules, value: unknown): string | undefined {
  const parts = Array.isArray(value)
    ? value.filter((part) => typeof part === 'string')
    : typeof value === 'string'
      ? value.split(scopeSeparator === ' ' ? /\s+/ : new RegExp(`[\\s${scopeSeparator}]+`))
      : undefined;
  return parts?.filter((part) => part !== '').join(' ');
}

function readExpiry(
  { lifetime }: TokenRules,
  raw: RawAnswer,
  accessToken: string,
  value: unknown,
): Pick<SlotTokens, 'expiresInMs' | 'expirySource'> {
  const now = serverNow(raw);
  const told = parseLifetime(value, { ...lifetime, now });
  if (told !== undefined) return { expiresInMs: told, expirySource: 'answer' };
  const inJwt = lifetime.jwt ? lifetimeFromJwt(accessToken, now, lifetime) : undefined;
  if (inJwt !== undefined) return { expiresInMs: inJwt, expirySource: 'jwt' };
  if (lifetime.defaultMs !== null) return { expiresInMs: lifetime.defaultMs, expirySource: 'default' };
  return { expiresInMs: null, expirySource: 'none' };
}

function captured({ capture }: TokenRules, document: AnswerDocument): Record<string, string> {
  const values = Object.entries(capture).map(([name, pointer]) => [name, readPointer(document, pointer)]);
  return Object.fromEntries(
    values
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name, String(value).slice(0, 512)]),
  ) as Record<string, string>;
}

function errorAnswer(rules: TokenRules, document: AnswerDocument | undefined): TokenAnswerOutcome {
  return { ok: false, fault: { kind: 'error-answer', code: errorCode(rules.errorCodes, document) } };
}

/** The first place that holds something that looks like a code. */
export function errorCode(
  pointers: readonly string[],
  document: AnswerDocument | undefined,
): string | undefined {
  for (const pointer of pointers) {
    const code = safeCode(readPointer(document, pointer));
    if (code !== undefined) return code;
  }
  return undefined;
}

const notUnderstood = (reason: NotUnderstood): TokenAnswerOutcome => ({
  ok: false,
  fault: { kind: 'not-understood', reason },
});
