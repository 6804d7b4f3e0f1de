import { t } from '../../messages/index.js';
import type { TimelineEntry } from './fold-timeline.js';
import { reasonWords } from './who.js';

const words = t.connection.timeline;
const attemptWords: Record<string, string> = words.attempt;
const eventWords: Record<string, string> = words.events;
const isClass = (detail: string): boolean => detail in t.connection.classes;
const kinds: Record<string, string> = t.connection.erased.whos;

export function titleOf(entry: TimelineEntry): string {
  if (entry.kind === 'refresh_attempt') return attemptWords[entry.state] ?? entry.state;
  const name = entry.kind === 'event' ? entry.type : entry.action;
  return eventWords[name] ?? name;
}

/** Who did it and why, as far as the entry says. */
export function detailWords(entry: Exclude<TimelineEntry, { kind: 'refresh_attempt' }>): string {
  if (entry.kind === 'event') return reasonOf(entry.data);
  const parts = [words.by(whoDid(entry.actor)), reasonOf(entry.detail ?? {}), ...tagsOf(entry.detail ?? {})];
  return parts.filter(Boolean).join(' · ');
}

/** A person by name; what has none, by its kind. */
export function whoDid({ type, name }: { type: string; id: string; name?: string }): string {
  return name ?? kinds[type] ?? type;
}

function reasonOf(data: Readonly<Record<string, unknown>>): string {
  const { reason, detail } = data;
  if (typeof reason !== 'string') return '';
  const words = typeof detail === 'string' && detail !== '' && !isClass(detail) ? `“${detail}”` : '';
  // Revoked because it was revoked: the title says so.
  if (reason === 'revoked') return words;
  return [reasonWords(reason) ?? reason, words].filter(Boolean).join(' ');
}

function tagsOf({ set, deleted }: Readonly<Record<string, unknown>>): string[] {
  const pairs =
    typeof set === 'object' && set !== null
      ? Object.entries(set).map(([key, value]) => `${key}: ${String(value)}`)
      : [];
  const gone = Array.isArray(deleted) ? deleted.map(String) : [];
  return [
    ...(pairs.length > 0 ? [words.setTo(pairs.join(', '))] : []),
    ...(gone.length > 0 ? [words.deleted(gone.join(', '))] : []),
  ];
}
