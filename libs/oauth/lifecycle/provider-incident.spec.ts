import { incidentIn } from './provider-incident.js';

describe('an incident', () => {
  it.each([
    [{ refreshed: 0, refused: 19, failed: 0 }, null],
    [{ refreshed: 0, refused: 20, failed: 0 }, 'refusals'],
    [{ refreshed: 180, refused: 20, failed: 0 }, null],
    [{ refreshed: 179, refused: 20, failed: 0 }, 'refusals'],
    [{ refreshed: 5, refused: 0, failed: 19 }, null],
    [{ refreshed: 19, refused: 0, failed: 20 }, 'outage'],
    [{ refreshed: 20, refused: 0, failed: 20 }, null],
    [{ refreshed: 0, refused: 0, failed: 0 }, null],
  ] as const)('in %j is %s', (counts, kind) => {
    expect(incidentIn(counts)).toBe(kind);
  });
});
