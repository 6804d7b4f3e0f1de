import { dayOf, isMidnight, momentOf } from './day-range.js';

const hour = '2026-03-02T10:30:00.000Z';

describe('a range that is chosen by days', () => {
  it('keeps the moment of a day that was not changed', () => {
    expect(momentOf(dayOf(hour), hour)).toBe(hour);
    expect(momentOf('', undefined)).toBeUndefined();
  });

  it('begins another day where it begins in this zone', () => {
    const next = momentOf('2026-03-09', hour)!;
    expect(dayOf(next)).toBe('2026-03-09');
    expect(isMidnight(next)).toBe(true);
    expect(isMidnight(hour)).toBe(false);
  });

  it('leaves out what was emptied or is no day', () => {
    expect(momentOf('', hour)).toBeUndefined();
    expect(momentOf('2026-', hour)).toBeUndefined();
  });
});
