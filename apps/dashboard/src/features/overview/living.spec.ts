import { consentsEndingOn, endedBefore, endingIn } from './living.js';

describe('where a chart of what ends leads', () => {
  it('is to what is renewed, as it counts: of what is over or held, nothing falls due', () => {
    const end = { state: 'active,degraded', sort: 'expires_at' };
    expect(endedBefore(0)).toEqual({ ...end, expires_before: '1970-01-01T00:00:00.000Z' });
    expect(endingIn('2026-03-02T10:00:00.000Z')).toEqual({
      ...end,
      expires_after: '2026-03-02T09:59:59.999Z',
      expires_before: '2026-03-02T11:00:00.000Z',
    });
  });

  it('is a whole day of UTC for consents', () => {
    expect(consentsEndingOn('2026-03-02T00:00:00.000Z')).toEqual({
      state: 'active,degraded',
      reauthorize_after: '2026-03-01T23:59:59.999Z',
      reauthorize_before: '2026-03-03T00:00:00.000Z',
      sort: 'reauthorize_by',
    });
  });
});
