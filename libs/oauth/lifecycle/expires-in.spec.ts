import fc from 'fast-check';
import { day, defaultBounds, lifetimeForms, parseLifetime } from './expires-in.js';

const now = Date.parse('2026-11-21T00:00:00Z');
const parse = (value: unknown, form: (typeof lifetimeForms)[number] = 'auto', bounds = defaultBounds) =>
  parseLifetime(value, { form, now, ...bounds });

describe('lifetimes', () => {
  it.each([
    [3600, 3_600_000],
    ['28800', 28_800_000],
    [' 3600 ', 3_600_000],
    ['3599.5', 3_599_500],
    [5_184_000, 60 * day],
    ['177:05:38', ((177 * 60 + 5) * 60 + 38) * 1000],
    ['00:30:00', 1_800_000],
    [now / 1000 + 7200, 7_200_000],
    [now + 7_200_000, 7_200_000],
    [String(now / 1000 + 7200), 7_200_000],
    ['2026-11-21T02:00:00Z', 7_200_000],
    ['2026-11-21T02:00:00', 7_200_000],
    ['2026-11-21T04:00:00+02:00', 7_200_000],
    ['PT1H30M', 5_400_000],
    ['P1DT1S', day + 1000],
  ])('%p is read without being told how', (value, ms) => {
    expect(parse(value)).toBe(ms);
  });

  it('are read as the profile says', () => {
    expect(parse(3_600_000, 'milliseconds')).toBe(3_600_000);
    expect(parse(now / 1000 + 600, 'epoch_seconds')).toBe(600_000);
    expect(parse(now + 600_000, 'epoch_milliseconds')).toBe(600_000);
    expect(parse('01:00:00', 'clock')).toBe(3_600_000);
    expect(parse('2026-11-21T01:00:00Z', 'iso')).toBe(3_600_000);
    expect(parse('01:00:00', 'seconds')).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    '',
    'never',
    -1,
    '-1',
    Number.NaN,
    Infinity,
    {},
    [],
    true,
    'P',
    'PT',
    '99:99:99',
  ])('%p says nothing', (value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('are clamped, by default to 60 s … 400 d', () => {
    expect(parse(0)).toBe(60_000);
    expect(parse(20)).toBe(60_000);
    expect(parse(315_360_000)).toBe(400 * day);
    expect(parse('2020-01-01T00:00:00Z')).toBe(60_000);
    expect(parse(20, 'auto', { minMs: 1000, maxMs: 400 * day })).toBe(20_000);
  });

  it('are never NaN and never out of bounds, whatever the value', () => {
    const anything = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.date().map(String));
    fc.assert(
      fc.property(anything, fc.constantFrom(...lifetimeForms), (value, form) => {
        const ms = parse(value, form);
        return ms === undefined || (ms >= defaultBounds.minMs && ms <= defaultBounds.maxMs);
      }),
    );
  });
});
