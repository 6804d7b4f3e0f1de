import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { language, t } from '../messages/index.js';

const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
const dated = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
const tickMs = 5_000;
const week = 7 * 86_400_000;
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

// One clock for all: relative times move together, once in five seconds.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
function subscribe(listener: () => void): () => void {
  // Nobody kept it going while nobody looked.
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const utc = (at: string, characters: number): string => t.time.utc(at.slice(0, characters).replace('T', ' '));
/** 2026-11-21 15:00 UTC. `at` is in UTC, as all that the API says. */
export const utcMinute = (at: string): string => utc(at, 16);
/** 2026-11-21 15:00:07 UTC. */
export const utcSecond = (at: string): string => utc(at, 19);

/** The time as of the last tick; rendering again as it goes on. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export function relativeTime(at: number, from: number): string {
  const distance = at - from;
  // The clock moves once in so long; another machine's may be ahead by less.
  if (Math.abs(distance) < tickMs) return t.time.now;
  const [unit, size] = units.find(([, each]) => Math.abs(distance) >= each) ?? ['second', 1_000];
  return relative.format(Math.trunc(distance / size), unit);
}

/** Relative up to a week away, else the local date; UTC on hover and focus. Null says `never`. */
export function Moment({ at, never = t.time.never }: { at: string | null | undefined; never?: string }) {
  // What happened since the last tick is past too.
  const from = Math.max(useNow(), Date.now());
  if (!at) return <span>{never}</span>;
  const time = Date.parse(at);
  const text = Math.abs(time - from) <= week ? relativeTime(time, from) : dated.format(time);
  return (
    <Tooltip label={utcSecond(at)}>
      <time dateTime={at} tabIndex={0}>
        {text}
      </time>
    </Tooltip>
  );
}

/** Absolute, in UTC: where people in different places must mean the same moment. */
export function UtcMoment({ at }: { at: string | null | undefined }) {
  if (!at) return <span>{t.time.none}</span>;
  return <time dateTime={at}>{utcMinute(at)}</time>;
}
