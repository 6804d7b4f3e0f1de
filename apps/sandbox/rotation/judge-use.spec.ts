import { judgeUse, type TokenUse, type Verdict } from './judge-use.js';

const fresh: TokenUse = { spent: false, firstUsedAt: null, successorUsed: false, now: 100_000 };
const justSpent: TokenUse = { ...fresh, spent: true, firstUsedAt: 70_000 };
const late: TokenUse = { ...justSpent, now: 100_001 };
const outlived: TokenUse = { ...justSpent, successorUsed: true };

const breach = (why: 'replayed' | 'window_over' | 'older_than_predecessor'): Verdict => ({ breach: why });
const honour = (as: Extract<Verdict, { honour: unknown }>['honour']): Verdict => ({ honour: as });

describe('a use of a refresh token', () => {
  it.each([
    ['none', fresh, honour('same_token')],
    ['none', { ...fresh, firstUsedAt: 1 }, honour('same_token')],
    ['none', justSpent, breach('replayed')],
    ['A', fresh, honour('first_use')],
    ['A', justSpent, breach('replayed')],
    ['B', fresh, honour('first_use')],
    ['B', justSpent, honour('sibling')],
    ['B', late, breach('window_over')],
    ['B', outlived, breach('older_than_predecessor')],
    ['C', fresh, honour('first_use')],
    ['C', justSpent, honour('same_answer')],
    ['C', outlived, honour('same_answer')],
    ['C', late, breach('window_over')],
    ['D', fresh, honour('first_use')],
    ['D', justSpent, honour('instead')],
    ['D', outlived, honour('instead')],
    ['D', late, breach('window_over')],
    ['E', fresh, honour('first_use')],
    ['E', { ...fresh, firstUsedAt: 1 }, honour('sibling')],
    ['E', justSpent, breach('replayed')],
  ] as const)('in mode %s: %j is judged %j', (rotation, use, verdict) => {
    const grace_seconds = ['B', 'C', 'D'].includes(rotation) ? 30 : 0;
    expect(judgeUse({ rotation, grace_seconds }, use)).toEqual(verdict);
  });
});
