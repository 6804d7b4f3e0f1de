import { effectiveRotation, type RotationRules } from './rotation-mode.js';
import { mayStillRefresh, type SupersededRefreshToken } from './superseded-refresh-token.js';

const aDay = 86_400_000;
const ask = (
  mode: RotationRules['mode'],
  facts: Partial<SupersededRefreshToken> & { graceSeconds?: number } = {},
) => {
  const { graceSeconds, ...rest } = facts;
  const rotation = effectiveRotation({ mode, graceSeconds, killsAccessToken: false });
  return mayStillRefresh({ rotation, spent: true, successorSpent: true, sinceMs: aDay, ...rest });
};

describe('a refresh token that was spent', () => {
  it.each(['A', 'unknown'] as const)('is dead at once under %s', (mode) => {
    expect(ask(mode, { sinceMs: 0 })).toBe(false);
  });

  it('stays good where nothing rotates, until nobody has used it for too long', () => {
    expect(ask('none')).toBe(true);
    expect([ask('none', { idleMs: aDay + 1 }), ask('none', { idleMs: aDay })]).toEqual([true, false]);
    expect(ask('none', { absoluteMs: aDay })).toBe(false);
  });

  it.each(['B', 'C', 'D'] as const)('is good under %s until its window closes', (mode) => {
    const within = (sinceMs: number) => ask(mode, { graceSeconds: 600, sinceMs });
    expect([within(599_999), within(600_000)]).toEqual([true, false]);
  });

  it('is good under E until its successor is used', () => {
    expect([ask('E', { successorSpent: false }), ask('E')]).toEqual([true, false]);
  });
});

it.each(['none', 'A', 'unknown', 'B', 'C', 'D', 'E'] as const)(
  'one that a consent replaced, or nobody knows what, is taken for alive under %s, until its life is over',
  (mode) => {
    const facts = { spent: false, graceSeconds: 30 };
    expect([ask(mode, facts), ask(mode, { ...facts, sinceMs: null })]).toEqual([true, true]);
    expect(ask(mode, { ...facts, idleMs: aDay })).toBe(false);
  },
);
