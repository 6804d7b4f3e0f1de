import { kindOf } from '../../ui/object-place.js';
import { leavesOf } from './entry-changes.js';

interface Entry {
  detail: Readonly<Record<string, unknown>> | null;
  subject: { type: string; id: string };
}

export interface Touched {
  id: string;
  kind: string;
}

/** Shown in places of their own; the rest is listed as it is. */
const placed = new Set(['before', 'after', 'from', 'to', 'fields', 'reason', 'address', 'session', 'role']);
const mostTouched = 50;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Why: a person's words, or a code with what the provider said. */
export function reasonOf({ detail }: Pick<Entry, 'detail'>): {
  text?: string;
  code?: string;
  httpStatus?: number;
} {
  const reason = detail?.['reason'];
  if (typeof reason === 'string') return reason === '' ? {} : { text: reason };
  if (typeof reason !== 'object' || reason === null) return {};
  const { detail: text, code, httpStatus, http_status: status } = reason as Record<string, unknown>;
  const number = httpStatus ?? status;
  return {
    text: textOf(text),
    code: textOf(code),
    httpStatus: typeof number === 'number' ? number : undefined,
  };
}

/** The subject first, then every id of ours in the details, each once. */
export function touchedBy({ subject, detail }: Entry): Touched[] {
  const found = new Map([[subject.id, subject.type]]);
  for (const id of stringsIn(detail)) {
    const kind = kindOf(id);
    if (kind !== undefined && !found.has(id) && found.size < mostTouched) found.set(id, kind);
  }
  return [...found].map(([id, kind]) => ({ id, kind }));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** What else it says, by path. */
export function otherFactsOf({ detail }: Pick<Entry, 'detail'>): [path: string, value: unknown][] {
  return [...leavesOf(detail ?? {})].filter(([path]) => !placed.has(path.split('.', 1)[0]!));
}

export function fieldsOf({ detail }: Pick<Entry, 'detail'>): string[] {
  const fields = detail?.['fields'];
  return Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [];
}

/** A value in one line. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  return JSON.stringify(value) ?? '';
}
