import type { LiveBatch, LiveEvent } from '../../live/live-stream.js';
import { joined, keptEvents, noRows, released, withBatch } from './event-rows.js';

const event = (position: number): LiveEvent =>
  ({ id: `evt_${position}`, type: 'token.refreshed', position }) as LiveEvent;
/** Events with these positions, of which only the last 50 are told, as the server does. */
const batch = (first: number, last: number): LiveBatch => {
  const all = Array.from({ length: last - first + 1 }, (_, nth) => event(first + nth));
  return { count: all.length, counts: { 'token.refreshed': all.length }, latest: all.slice(-keptEvents) };
};
const positions = (rows: readonly LiveEvent[]): number[] => rows.map(({ position }) => position);

describe('rows of live events', () => {
  it('are the newest first, and no more than are kept', () => {
    const rows = withBatch(withBatch(noRows, batch(1, 30), false), batch(31, 70), false);
    expect(rows.shown).toHaveLength(keptEvents);
    expect(positions(rows.shown).slice(0, 2)).toEqual([70, 69]);
  });

  it('stay where they are while they are held; all that came is counted', () => {
    const before = withBatch(noRows, batch(1, 5), false);
    const rows = withBatch(withBatch(before, batch(6, 900), true), batch(901, 1_000), true);
    expect(rows.shown).toBe(before.shown);
    expect(rows.waitingCount).toBe(995);
    expect(rows.waiting).toHaveLength(keptEvents);
    expect(positions(released(rows).shown).slice(0, 2)).toEqual([1_000, 999]);
    expect(released(rows).waitingCount).toBe(0);
  });

  it('show an event once, also where it is told twice', () => {
    const rows = withBatch(withBatch(noRows, batch(1, 5), false), batch(3, 7), false);
    expect(positions(rows.shown)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('are the same where nothing waits', () => {
    const rows = withBatch(noRows, batch(1, 5), false);
    expect(released(rows)).toBe(rows);
  });

  it('take several batches as one', () => {
    const both = joined(batch(1, 400), batch(401, 420));
    expect(both).toMatchObject({ count: 420, counts: { 'token.refreshed': 420 } });
    expect(positions(both.latest).at(-1)).toBe(420);
    expect(both.latest).toHaveLength(keptEvents);
  });
});
