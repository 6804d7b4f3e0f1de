import { kindOf, placeOf } from './object-place.js';

const id = (prefix: string) => `${prefix}_01m7z9p21j05991hrs5jxe33xkpk1g04en5b`;

describe('where a thing is shown', () => {
  it('knows it by its id', () => {
    expect(placeOf(id('con'))).toEqual({ to: '/connections/$id', params: { id: id('con') } });
    expect(placeOf(id('frz'))).toEqual({ to: '/kill-switch/$id', params: { id: id('frz') } });
    expect(placeOf(id('sst'))).toEqual({ to: '/signals/$id', params: { id: id('sst') } });
  });

  it('leads to the thing itself where a page shows several', () => {
    expect(placeOf(id('key'))).toEqual({ to: '/api-keys', search: { open: id('key') } });
    expect(placeOf(id('wid'))).toEqual({ to: '/api-keys', search: { tab: 'workloads', open: id('wid') } });
    expect(placeOf(id('cse'))).toEqual({ to: '/connect-links', search: { link: id('cse') } });
    expect(placeOf(id('inc'))).toEqual({ to: '/jobs', search: { tab: 'incidents' } });
    expect(placeOf('worker-1', 'refresh_worker')).toEqual({ to: '/jobs', search: { tab: 'engine' } });
  });

  it('takes no other text for an id', () => {
    expect(kindOf('con_')).toBeUndefined();
    expect(kindOf('not an id')).toBeUndefined();
    expect(placeOf('con_01m7z9p21j/../x')).toBeUndefined();
    expect(placeOf(id('xyz'))).toBeUndefined();
  });

  it('names what has no page, and links to nothing', () => {
    expect(kindOf(id('ses'))).toBe('session');
    expect(placeOf(id('ses'))).toBeUndefined();
  });

  it('finds an end user by the caller’s own id of them', () => {
    expect(placeOf('ada', 'end_user')).toEqual({ to: '/connections', search: { end_user: 'ada' } });
    expect(placeOf('ada', 'toString')).toBeUndefined();
  });
});
