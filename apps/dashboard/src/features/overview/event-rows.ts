import type { LiveBatch, LiveEvent } from '../../live/live-stream.js';

/** How many are kept. */
export const keptEvents = 50;

/** What is shown, newest first, and what came while the rows were held. */
export interface EventRows {
  shown: readonly LiveEvent[];
  waiting: readonly LiveEvent[];
  /** All that came, also what is not kept. */
  waitingCount: number;
}

export const noRows: EventRows = { shown: [], waiting: [], waitingCount: 0 };

/** Held rows stay where they are; what comes waits beside them, the latest of it. */
export function withBatch(rows: EventRows, batch: LiveBatch, isHeld: boolean): EventRows {
  if (!isHeld) return { ...noRows, shown: newestFirst(batch.latest, [...rows.waiting, ...rows.shown]) };
  return {
    shown: rows.shown,
    waiting: newestFirst(batch.latest, rows.waiting),
    waitingCount: rows.waitingCount + batch.count,
  };
}

/** What waited comes on top. */
export function released(rows: EventRows): EventRows {
  if (rows.waitingCount === 0) return rows;
  return { ...noRows, shown: newestFirst(rows.waiting, rows.shown) };
}

/** Two batches as one: several may come between two paints. */
export function joined(one: LiveBatch, other: LiveBatch): LiveBatch {
  const counts = { ...one.counts };
  for (const [type, count] of Object.entries(other.counts)) counts[type] = (counts[type] ?? 0) + count;
  return {
    count: one.count + other.count,
    counts,
    latest: [...one.latest, ...other.latest].slice(-keptEvents),
  };
}

function newestFirst(some: readonly LiveEvent[], others: readonly LiveEvent[]): LiveEvent[] {
  const byPosition = new Map<number, LiveEvent>();
  for (const event of [...some, ...others]) byPosition.set(event.position, event);
  return [...byPosition.values()].toSorted((a, b) => b.position - a.position).slice(0, keptEvents);
}
