import type { MinuteFacts } from '#storage';
import { isBulkEnumeration, isIdleRead, isNewCaller, isSpike, judgeMinute } from './anomaly-rules.js';

const day = 86_400_000;
const read = { connection: 'con_1', caller: { type: 'api_key', id: 'key_1' }, network: '203.0.113.0/24' };

describe('a new caller', () => {
  const first = { ...read, reads: 1, ageMs: 8 * day, knownBefore: false };
  it.each([
    ['who reads a connection of eight days', first, 8 * day, true],
    ['who read it before, from another network', { ...first, knownBefore: true }, 8 * day, false],
    ['of a connection of six days', { ...first, ageMs: 6 * day }, 8 * day, false],
    ['where reads are attributed for six days only', first, 6 * day, false],
  ])('%s', (_, facts, watchedMs, noticed) => {
    expect(isNewCaller(facts, watchedMs)).toBe(noticed);
  });
});

describe('bulk enumeration', () => {
  it.each([
    ['of 101 connections that are news', 101, day, true],
    ['of a hundred', 100, day, false],
    ['on the first day, when all are news', 5_000, day - 1, false],
  ])('%s', (_, fresh, watchedMs, noticed) => {
    expect(isBulkEnumeration({ ...read, fresh }, watchedMs)).toBe(noticed);
  });
});

describe('a spike', () => {
  it.each([
    ['of ten times the busiest hour and one more', 1_001, 6_000, true],
    ['of ten times the busiest hour', 1_000, 6_000, false],
    ['of few reads, however quiet it was before', 300, 1, false],
    ['over the floor, after a quiet week', 301, 1, true],
    ['without a history', 100_000, null, false],
  ])('%s', (_, reads, busiestHour, noticed) => {
    expect(isSpike({ ...read, reads, busiestHour })).toBe(noticed);
  });
});

describe('an idle read', () => {
  it.each([
    ['after ninety days', 90 * day, true],
    ['after a day less', 89 * day, false],
  ])('%s', (_, idleMs, noticed) => {
    expect(isIdleRead({ ...read, reads: 1, idleMs })).toBe(noticed);
  });
});

describe('a finding', () => {
  const facts = (iso: string): MinuteFacts => ({
    minute: new Date(iso),
    firstReads: [{ ...read, reads: 2, ageMs: 8 * day, knownBefore: false }],
    sweeps: [{ caller: read.caller, network: read.network, fresh: 200 }],
    loads: [{ ...read, reads: 5_000, busiestHour: 60 }],
    awakenings: [{ ...read, reads: 1, idleMs: 100 * day }],
  });
  const keysAt = (iso: string) => judgeMinute(facts(iso), 30 * day).map(({ rule, key }) => `${rule} ${key}`);

  it('says which rule, whose read, and how many', () => {
    expect(
      judgeMinute(facts('2026-11-21T12:34:00Z'), 30 * day).map(({ rule, connection, count }) => [
        rule,
        connection,
        count,
      ]),
    ).toEqual([
      ['new_caller', 'con_1', 2],
      ['bulk_enumeration', null, 200],
      ['spike', 'con_1', 5_000],
      ['idle_connection', 'con_1', 1],
    ]);
  });

  it('is the same for ever, for the hour, or for the minute', () => {
    const [first, sameHour, nextHour] = ['12:34', '12:35', '13:00'].map((time) =>
      keysAt(`2026-11-21T${time}:00Z`),
    );
    expect(first!.map((key, i) => key === sameHour![i])).toEqual([true, true, true, false]);
    expect(first!.map((key, i) => key === nextHour![i])).toEqual([true, false, false, false]);
  });
});
