import { fromLocalInput, toInstant, toLocalInput } from './time-span.js';

describe('a span of time', () => {
  it('comes back from the field as it went in, whatever the time zone', () => {
    for (const at of ['2026-11-21T14:55:00.000Z', '2026-03-29T01:30:00.000Z'])
      expect(fromLocalInput(toLocalInput(at))).toBe(at);
  });

  it('is open where nothing, or nothing sensible, was typed', () => {
    expect(toLocalInput(undefined)).toBe('');
    expect(fromLocalInput('')).toBeUndefined();
    expect(fromLocalInput('yesterday')).toBeUndefined();
  });

  it('sends a date of the URL as a whole time', () => {
    expect(toInstant('2026-11-21')).toBe('2026-11-21T00:00:00.000Z');
    expect(toInstant('2026-11-21T02:00:00+02:00')).toBe('2026-11-21T00:00:00.000Z');
  });
});
