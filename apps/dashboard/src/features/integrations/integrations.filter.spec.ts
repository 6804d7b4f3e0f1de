import { describe, expect, it } from '@jest/globals';
import { matching, pageOf, pageSize } from './integrations.filter.js';

const all = [
  { name: 'Google, main', state: 'active' },
  { name: 'Google, tests', state: 'draft' },
  { name: 'Slack', state: 'active' },
] as const;

describe('the integrations that are looked for', () => {
  it('are those of the name, in whatever case, and of the state', () => {
    expect(matching(all, { q: 'GOOGLE' })).toHaveLength(2);
    expect(matching(all, { q: 'google', state: 'active' })).toEqual([all[0]]);
    expect(matching(all, {})).toHaveLength(3);
  });

  it('come in pages, and go back by them', () => {
    const rows = Array.from({ length: pageSize * 2 + 1 }, (_, at) => ({ at }));
    expect(pageOf(rows)).toMatchObject({ next_cursor: '2', previous_cursor: null });
    expect(pageOf(rows, 2)).toMatchObject({ next_cursor: '3', previous_cursor: null });
    expect(pageOf(rows, 3)).toEqual({ data: [{ at: 40 }], next_cursor: null, previous_cursor: '2' });
  });

  it('show the last page there is where fewer are left', () => {
    expect(pageOf([{ at: 0 }], 7).data).toEqual([{ at: 0 }]);
    expect(pageOf([], 7)).toEqual({ data: [], next_cursor: null, previous_cursor: null });
  });
});
