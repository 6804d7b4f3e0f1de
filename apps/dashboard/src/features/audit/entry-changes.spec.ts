import { changesOf } from './entry-changes.js';

const kinds = (before: Record<string, unknown> | null, after: Record<string, unknown> | null) =>
  Object.fromEntries(changesOf(before, after).map(({ path, kind }) => [path, kind]));

describe('what an entry changed', () => {
  it('tells added, removed, changed and same apart', () => {
    expect(kinds({ a: 1, b: [1], c: null, d: 'x' }, { b: [1, 2], c: null, d: 'x', e: 0 })).toEqual({
      a: 'removed',
      b: 'changed',
      c: 'same',
      d: 'same',
      e: 'added',
    });
  });

  it('puts what changed first', () => {
    expect(changesOf({ a: 1, b: 1 }, { a: 1, b: 2 }).map(({ path }) => path)).toEqual(['b', 'a']);
  });

  it('goes into nested values, and tells an empty one from none', () => {
    expect(
      kinds({ settings: { tenant: 'a', region: 'eu' } }, { settings: { tenant: 'b', region: 'eu' } }),
    ).toEqual({ 'settings.tenant': 'changed', 'settings.region': 'same' });
    expect(kinds({ limits: {} }, { limits: { concurrency: 2 } })).toEqual({
      limits: 'removed',
      'limits.concurrency': 'added',
    });
    expect(kinds(null, { a: null })).toEqual({ a: 'added' });
  });
});
