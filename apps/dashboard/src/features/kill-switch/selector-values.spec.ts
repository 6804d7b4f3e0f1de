import { newKillSwitchSearch } from './kill-switch.search.js';
import { faultsOf, isListLost, searchOf, selectorOf, typedFaultsOf, valuesOf } from './selector-values.js';

const read = (raw: Record<string, unknown>) => newKillSwitchSearch(raw);

describe('the selector in the URL', () => {
  it('means what it says, times to the moment', () => {
    const search = read({
      ...{ provider: 'google', connections: 'con_a,con_b', created_before: '2026-07-01T12:00:00+02:00' },
      tags: 'vendor:drift\ntier:a:b',
    });
    expect(selectorOf(search, undefined)).toEqual({
      connections: ['con_a', 'con_b'],
      provider: 'google',
      created_before: '2026-07-01T10:00:00.000Z',
      tags: { vendor: 'drift', tier: 'a:b' },
    });
  });

  it('comes back from the form as it went in', () => {
    const search = read({ kind: 'freeze', end_user: 'ada', created_after: '2026-07-01T10:30:00Z' });
    expect(read({ ...searchOf(valuesOf(search, undefined)).search })).toEqual(search);
  });

  it.each([
    { provider: 'google', q: 'ada' },
    { provider: 'google', created_before: 'yesterday' },
    { provider: 'google', created_before: '2026-07-01T12:00' },
    { provider: 'google', connections: 'con_a con_b' },
    { provider: 'google', connections: 'x'.repeat(8_000) },
  ])('is none where a part of the address cannot be held: leaving it out would hit more', (raw) => {
    const search = read(raw);
    expect(search.odd).toBeDefined();
    expect(selectorOf(search, undefined)).toBeUndefined();
    expect(selectorOf(read({ ...search }), undefined)).toBeUndefined();
  });

  it('is none where nothing is asked for', () => {
    expect(selectorOf(read({ kind: 'revoke' }), undefined)).toBeUndefined();
    expect(faultsOf(valuesOf({}, undefined)).provider).toBeDefined();
  });

  it('refuses two values of one tag: the last alone would hit more than both', () => {
    const search = read({ tags: 'team:red\nvendor:drift\nteam:blue' });
    expect(selectorOf(search, undefined)).toBeUndefined();
    expect(faultsOf(valuesOf(search, undefined)).tags).toContain('team');
  });

  it('takes no token for an end user that is typed, and any end user that a link names', () => {
    const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    const linked = valuesOf(read({ end_user: token }), undefined);
    const none = valuesOf(read({ provider: 'google' }), undefined);
    expect(typedFaultsOf({ ...none, end_user: token }, none).end_user).toBeDefined();
    expect(typedFaultsOf({ ...none, end_user: 'ada' }, none)).toEqual({});
    expect(typedFaultsOf(linked, linked)).toEqual({});
    expect(selectorOf(read({ end_user: token }), undefined)).toEqual({ end_user: token });
  });

  it.each(['scope', 'client_id', 'tags'] as const)(
    'takes no token of a known form for a typed %s',
    (name) => {
      const none = valuesOf(read({ provider: 'google' }), undefined);
      const faults = (text: string) => typedFaultsOf({ ...none, [name]: text }, none);
      expect(faults('team:ya29.a0AfH6SMBx1234567890')[name]).toMatch(/looks like a token/);
      expect(faults('team:9f86d081884c7d659a2feaa0c55ad015')).toEqual({});
    },
  );

  it('keeps ids that are too many for a URL in the history entry, and is none without them', () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => `con_${String(at).padStart(20, '0')}`);
    const { search, state } = searchOf({
      ...valuesOf({ provider: 'google' }, undefined),
      connections: ids.join(' '),
    });
    expect(search).toMatchObject({ listed: '1000', provider: 'google' });
    expect(selectorOf(search, state.connections)?.connections).toEqual(ids);
    expect(isListLost(search, undefined)).toBe(true);
    expect(selectorOf(search, undefined)).toBeUndefined();
    expect(selectorOf(search, ids.slice(1))).toBeUndefined();
  });
});
