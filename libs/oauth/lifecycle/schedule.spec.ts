import fc from 'fast-check';
import { backoffMs } from './backoff.js';
import { day } from './expires-in.js';
import { reauthorizeBy } from './reauthorize-by.js';
import { refreshDue, refreshMarginMs } from './refresh-due.js';
import { refreshTiming } from './refresh-timing.js';
import { effectiveRotation } from './rotation-mode.js';

const minute = 60_000;

describe('the time of renewal', () => {
  it.each([
    [20_000, 10_000],
    [5 * minute, 2.5 * minute],
    [10 * minute, 5 * minute],
    [60 * minute, 6 * minute],
    [8 * 60 * minute, 48 * minute],
  ])('lies for %p ms of life %p ms before expiry', (lifetimeMs, marginMs) => {
    expect(refreshMarginMs(lifetimeMs)).toBe(marginMs);
    expect(refreshDue({ lifetimeMs, renewable: true, jitter: 0 })).toBe(lifetimeMs - marginMs);
  });

  it('is spread by the jitter inside the margin: never before half the life, never after expiry', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 400 * day }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (lifetimeMs, jitter) => {
          const due = refreshDue({ lifetimeMs, renewable: true, jitter })!;
          return due >= Math.floor(lifetimeMs / 2) && due <= lifetimeMs - refreshMarginMs(lifetimeMs) * 0.79;
        },
      ),
    );
  });

  it('is assumed where the life is not known, and never comes where nothing can be renewed', () => {
    expect(refreshDue({ lifetimeMs: null, renewable: true, jitter: 0 })).toBe(54 * minute);
    expect(refreshDue({ lifetimeMs: 3_600_000, renewable: false, jitter: 0 })).toBeNull();
  });

  it('comes before a refresh token lapses unused', () => {
    expect(refreshDue({ lifetimeMs: 60 * day, renewable: true, idleMs: 30 * day, jitter: 0 })).toBe(27 * day);
  });
});

describe('the end of a grant', () => {
  it('is the earliest of what limits it, and unknown where nothing does', () => {
    const authorizedAt = 1000;
    expect(reauthorizeBy({ authorizedAt, extendsOnUse: true, refreshTokenExpiresAt: 5000 })).toBeNull();
    expect(reauthorizeBy({ authorizedAt, extendsOnUse: false, refreshTokenExpiresAt: 5000 })).toBe(5000);
    expect(
      reauthorizeBy({ authorizedAt, extendsOnUse: false, refreshTokenExpiresAt: 5000, absoluteMs: 3000 }),
    ).toBe(4000);
  });
});

describe('backoff', () => {
  it('grows to its ceiling with full jitter, and never is nothing', () => {
    expect(backoffMs({ failures: 1, random: 0 })).toBe(500);
    expect(backoffMs({ failures: 1, random: 1 })).toBe(1000);
    expect(backoffMs({ failures: 5, random: 1 })).toBe(16_000);
    expect(backoffMs({ failures: 500, random: 1 })).toBe(300_000);
    expect(backoffMs({ failures: 5, random: 0 })).toBe(500);
  });

  it('waits at least as long as the provider said', () => {
    expect(backoffMs({ failures: 1, random: 0, retryAfterMs: 30_000 })).toBe(30_000);
    expect(backoffMs({ failures: 9, random: 0.5, retryAfterMs: 30_000 })).toBe(30_500);
  });
});

describe('rotation', () => {
  it('that nobody vouches for, or whose window is too short, is strict', () => {
    expect(effectiveRotation({ mode: 'unknown', killsAccessToken: false }).mode).toBe('A');
    expect(effectiveRotation({ mode: 'B', graceSeconds: 9, killsAccessToken: true })).toEqual({
      mode: 'A',
      graceMs: null,
      killsAccessToken: true,
    });
    expect(effectiveRotation({ mode: 'C', killsAccessToken: false }).mode).toBe('A');
    expect(effectiveRotation({ mode: 'B', graceSeconds: 10, killsAccessToken: false })).toMatchObject({
      mode: 'B',
      graceMs: 10_000,
    });
    expect(effectiveRotation({ mode: 'E', killsAccessToken: false })).toMatchObject({
      mode: 'E',
      graceMs: null,
    });
  });
});

describe('lease and deadline', () => {
  const timed = (graceSeconds: number) =>
    refreshTiming(effectiveRotation({ mode: 'B', graceSeconds, killsAccessToken: false }));

  it.each([
    [10, 2000, 6000],
    [30, 5000, 23_000],
    [60, 10_000, 30_000],
    [600, 20_000, 30_000],
  ])('for a window of %p s are %p and %p ms', (grace, leaseMs, deadlineMs) => {
    expect(timed(grace)).toMatchObject({ leaseMs, deadlineMs, writeWithinMs: leaseMs / 2 });
  });

  it('without a window are 20 and 30 s', () => {
    const strict = refreshTiming(effectiveRotation({ mode: 'A', killsAccessToken: false }));
    expect(strict).toMatchObject({ leaseMs: 20_000, deadlineMs: 30_000, heartbeatMs: 6666 });
  });

  it('leave time inside every window to notice a crash and to spend the token again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 86_400 }), (grace) => {
        const { deadlineMs, leaseMs, tickMs, heartbeatMs } = timed(grace);
        return (
          deadlineMs + leaseMs + tickMs + 1000 <= grace * 1000 && deadlineMs > 0 && heartbeatMs * 3 <= leaseMs
        );
      }),
    );
  });
});
