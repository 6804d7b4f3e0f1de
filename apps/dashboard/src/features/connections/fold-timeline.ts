import type { components } from '../../api/schema.js';

export type TimelineEntry = components['schemas']['TimelineEntry'];
export type Attempt = Extract<TimelineEntry, { kind: 'refresh_attempt' }>;

/** One line of the timeline, or several failed renewals in a row as one. */
export type TimelineItem =
  { kind: 'one'; id: string; entry: TimelineEntry } | { kind: 'retries'; id: string; attempts: Attempt[] };

const sameMs = 10_000;
const renewals = new Set(['token.refreshed', 'token.refresh_failed']);

/**
 * Newest first. What is told several times is told once: a renewal by its attempt, a change by its audit entry, which
 * knows who. Failed renewals of one slot that follow each other become one.
 */
export function foldTimeline(entries: readonly TimelineEntry[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  for (const entry of entries) {
    if (isToldElsewhere(entry, entries)) continue;
    const last = items.at(-1);
    if (entry.kind === 'refresh_attempt' && entry.state === 'failed') {
      if (last?.kind === 'retries' && last.attempts[0]?.slot === entry.slot) {
        last.attempts.push(entry);
        continue;
      }
      items.push({ kind: 'retries', id: entry.id, attempts: [entry] });
    } else items.push({ kind: 'one', id: entry.id, entry });
  }
  return items.map((item) =>
    item.kind === 'retries' && item.attempts.length === 1
      ? { kind: 'one', id: item.id, entry: item.attempts[0]! }
      : item,
  );
}

function isToldElsewhere(entry: TimelineEntry, entries: readonly TimelineEntry[]): boolean {
  if (entry.kind === 'refresh_attempt') return false;
  const name = entry.kind === 'event' ? entry.type : entry.action;
  const isNear = (other: TimelineEntry, ms: number): boolean =>
    Math.abs(Date.parse(entry.at) - endOf(other)) <= ms;
  if (
    renewals.has(name) &&
    entries.some((other) => other.kind === 'refresh_attempt' && isNear(other, sameMs))
  )
    return true;
  if (entry.kind === 'audit') return false;
  return entries.some((other) => other.kind === 'audit' && other.action === name && isNear(other, sameMs));
}

function endOf(entry: TimelineEntry): number {
  const from = Date.parse(entry.at);
  return entry.kind === 'refresh_attempt' ? from + (entry.duration_ms ?? 0) : from;
}
