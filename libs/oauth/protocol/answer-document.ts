import type { RawAnswer } from './raw-answer.js';

export type AnswerDocument = Readonly<Record<string, unknown>>;
export type AnswerEncoding = 'json' | 'form' | 'auto';

/** The body as an object, or undefined where it is not one. Content types are hints: servers get them wrong. */
export function readDocument(raw: RawAnswer, encoding: AnswerEncoding = 'auto'): AnswerDocument | undefined {
  const text = raw.body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (encoding !== 'form' && text.startsWith('{')) return parseJson(text);
  if (encoding === 'json') return undefined;
  return isFormLike(text) ? Object.fromEntries(new URLSearchParams(text)) : undefined;
}

function parseJson(text: string): AnswerDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as AnswerDocument) : undefined;
  } catch {
    return undefined;
  }
}

function isFormLike(text: string): boolean {
  return /^[\w.~%-]{1,100}=[^\s<>]*$/.test(text);
}

/** RFC 6901, over own properties only; undefined where it leads nowhere. */
export function readPointer(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  let value: unknown = document;
  for (const step of pointer.slice(1).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The first of several places that holds something. */
export function readFirst(document: unknown, pointers: readonly string[]): unknown {
  for (const pointer of pointers) {
    const value = readPointer(document, pointer);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

const codePart = /^(?:[A-Za-z]{1,24}\d{0,8}|\d{1,9})$/;

/**
 * A provider's error code if it looks like one: words, joined. It is all of an answer that is ever stored in clear,
 * shown or logged, and a server may well echo a token where a code belongs.
 */
export function safeCode(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 64) return undefined;
  return text.split(/[_.:-]/).every((part) => codePart.test(part)) ? text : undefined;
}
