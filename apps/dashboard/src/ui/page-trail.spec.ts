import { before, onward, type Trail } from './page-trail.js';

const third = onward(onward([], undefined, 'a'), 'a', 'b');

describe('the way through the pages of a list', () => {
  it('leads back page by page', () => {
    expect(before(third, 'b')).toEqual([undefined, 'a']);
    expect(before(third, 'a')).toEqual([undefined]);
    expect(before(third, undefined)).toEqual([]);
  });

  it('follows the browser’s Back and Forward', () => {
    expect(before(third, 'a').at(-1)).toBeUndefined();
    expect(onward(third, 'a', 'c')).toEqual([undefined, 'a', 'c']);
    expect(before(third, 'b').at(-1)).toBe('a');
  });

  it('knows nothing of what came before a page of another list', () => {
    const filtered: Trail = onward(onward(third, undefined, 'x'), 'x', 'y');
    expect(before(filtered, 'y')).toEqual([undefined, 'x']);
    expect(before(filtered, 'b')).toEqual([]);
    expect(before([], 'b')).toEqual([]);
  });

  it('takes one step for two clicks', () => {
    expect(onward(onward([], undefined, 'a'), undefined, 'a')).toEqual([undefined, 'a']);
  });
});
