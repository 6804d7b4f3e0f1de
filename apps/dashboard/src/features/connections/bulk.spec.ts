import { bulkOfFilter, bulkOfIds, unselectable } from './bulk.js';

describe('a selection on its way to the kill switch', () => {
  it('names what a selector cannot say', () => {
    expect(unselectable({ q: 'ada', provider: 'google', expires_before: '2026-01-01T00:00:00Z' })).toEqual([
      'q',
      'expires_before',
    ]);
    expect(unselectable({ state: 'active,paused', integration: 'int_1' })).toEqual(['state']);
  });

  it('keeps every filter that a selector knows', () => {
    const filter = {
      ...{ state: 'active', provider: 'google', integration: 'int_1', end_user: 'u', scope: 's' },
      ...{ created_after: 'a', created_before: 'b', last_read_before: 'c' },
    };
    expect(unselectable({ ...filter, tag: 'tier:gold' })).toEqual([]);
    expect(bulkOfFilter('freeze', { ...filter, tag: 'tier:gold' }).search).toEqual({
      kind: 'freeze',
      ...filter,
      tags: 'tier:gold',
    });
  });

  it('takes ids as they are', () => {
    expect(bulkOfIds('revoke', ['con_1', 'con_2']).search).toEqual({
      kind: 'revoke',
      connections: 'con_1,con_2',
    });
  });
});
