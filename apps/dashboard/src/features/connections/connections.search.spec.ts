import { connectionsSearch } from './connections.search.js';

const ids = (count: number) =>
  Array.from({ length: count }, (_, at) => `int_${String(at).padStart(36, '0')}`).join(',');

describe('the filters in the URL', () => {
  it('hold as many integrations as are chosen: without them the list would show everything', () => {
    expect(connectionsSearch({ integration: ids(40) }).integration).toBe(ids(40));
  });

  it('leave out what no filter is', () => {
    expect(connectionsSearch({ q: 'x'.repeat(501), state: 7, created_after: 'yesterday' })).toEqual({
      state: '7',
    });
  });
});
