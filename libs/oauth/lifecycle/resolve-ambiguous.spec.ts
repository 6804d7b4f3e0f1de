import { type AmbiguousAttempt, resolveAmbiguous } from './resolve-ambiguous.js';
import { effectiveRotation, type RotationRules } from './rotation-mode.js';

const hour = 3_600_000;

function resolved(rules: Partial<RotationRules>, attempt: Partial<AmbiguousAttempt> = {}) {
  return resolveAmbiguous({
    rotation: effectiveRotation({ mode: 'A', killsAccessToken: false, ...rules }),
    sinceFirstSendMs: 40_000,
    accessTokenRemainingMs: hour / 10,
    accessTokenLifetimeMs: hour,
    introspection: false,
    liveness: 'not-asked',
    ...attempt,
  });
}

describe('an attempt whose end is not known', () => {
  it.each(['none', 'E'] as const)('is tried again at once under %s', (mode) => {
    expect(resolved({ mode })).toEqual({ action: 'retry-now', why: 'reusable' });
  });

  it.each(['B', 'C', 'D'] as const)(
    'is tried again inside the window of %s, and is strict after it',
    (mode) => {
      const rules = { mode, graceSeconds: 30 };
      expect(resolved(rules, { sinceFirstSendMs: 28_999 })).toMatchObject({ why: 'within-window' });
      expect(resolved(rules, { sinceFirstSendMs: 29_000 })).toMatchObject({ action: 'retry-late' });
    },
  );

  it('waits under A until little of the access token is left, and then has nothing to lose', () => {
    expect(resolved({})).toEqual({ action: 'retry-late', inMs: hour / 10 - 60_000 });
    expect(resolved({}, { accessTokenRemainingMs: 60_000 })).toMatchObject({ why: 'nothing-to-lose' });
    expect(resolved({}, { accessTokenRemainingMs: -1 })).toMatchObject({ why: 'nothing-to-lose' });
    expect(resolved({}, { accessTokenRemainingMs: 9000, accessTokenLifetimeMs: 20_000 })).toMatchObject({
      inMs: 4000,
    });
  });

  it('waits under A until the first request has surely had its effect: what is asked before says nothing of it', () => {
    const young = { sinceFirstSendMs: 5_000 };
    expect(resolved({ killsAccessToken: true }, young)).toEqual({ action: 'retry-late', inMs: 26_000 });
    expect(resolved({}, { ...young, accessTokenRemainingMs: -1 })).toEqual({
      action: 'retry-late',
      inMs: 26_000,
    });
  });

  it('does not take a dead access token for nothing to lose while a worker may hold the answer on its disk', () => {
    const asked = { liveness: 'dead' as const, spoolMayHold: true };
    expect(resolved({ killsAccessToken: true }, asked)).toMatchObject({ action: 'retry-late' });
  });

  it('waits an hour where the access token is not known to expire', () => {
    const forever = { accessTokenRemainingMs: null, accessTokenLifetimeMs: null };
    expect(resolved({}, forever)).toEqual({ action: 'retry-late', inMs: hour - 40_000 });
    expect(resolved({}, { ...forever, sinceFirstSendMs: hour })).toMatchObject({ why: 'nothing-to-lose' });
  });

  it('asks the old access token where rotation kills it', () => {
    const rules = { killsAccessToken: true };
    expect(resolved(rules)).toEqual({ action: 'ask-liveness', of: 'access_token' });
    expect(resolved(rules, { liveness: 'alive' })).toMatchObject({ why: 'did-not-rotate' });
    expect(resolved(rules, { liveness: 'dead' })).toMatchObject({ why: 'nothing-to-lose' });
    expect(resolved(rules, { liveness: 'unknown' })).toMatchObject({ action: 'retry-late' });
  });

  it('asks after the refresh token where only introspection can tell, and spares a living access token', () => {
    expect(resolved({}, { introspection: true })).toEqual({ action: 'ask-liveness', of: 'refresh_token' });
    expect(resolved({}, { introspection: true, liveness: 'alive' })).toMatchObject({ why: 'did-not-rotate' });
    expect(resolved({}, { introspection: true, liveness: 'dead' })).toMatchObject({ action: 'retry-late' });
  });
});
