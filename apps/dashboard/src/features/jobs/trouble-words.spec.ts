import type { TroubleCounts } from './jobs.query.js';
import { statusOf } from './trouble-words.js';

const counts: TroubleCounts = {
  ...{ waiting: 0, degraded: 0, quarantined: 0, in_doubt: 0, orphaned: 0, spooled: 0 },
  at_least: [],
};

describe('how much is stuck', () => {
  it('is what waits for somebody; what is tried again is named apart', () => {
    expect(statusOf(counts)).toBe('Nothing is stuck: every renewal goes on by itself.');
    expect(statusOf({ ...counts, waiting: 2, degraded: 40, in_doubt: 3 })).toBe(
      '45 renewals are late or fail, and are tried again.',
    );
    expect(statusOf({ ...counts, quarantined: 1 })).toBe('1 connection does not go on by itself.');
    expect(statusOf({ ...counts, quarantined: 2, orphaned: 1, degraded: 1 })).toBe(
      '3 connections do not go on by themselves. 1 renewal is late or fails, and is tried again.',
    );
  });

  it('is a lower bound only where what it sums was not counted to its end', () => {
    expect(statusOf({ ...counts, orphaned: 2, waiting: 10_000, at_least: ['waiting'] })).toMatch(
      /^2 connections do .* or more renewals are late/,
    );
  });
});
