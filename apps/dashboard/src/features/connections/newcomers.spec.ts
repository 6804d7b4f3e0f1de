import { isNewcomer } from './newcomers.js';

const authorized = (data: Record<string, unknown> = {}, subject = 'con_5') => ({
  type: 'connection.authorized',
  subject,
  data: {
    ...{ connection: subject, integration: 'int_1', provider: 'google', end_user: 'ada', state: 'active' },
    ...data,
  },
});

describe('a newcomer to the list of connections', () => {
  it('is newer than the first that is shown: no older one whose user consented again', () => {
    expect(isNewcomer(authorized(), {}, 'con_4')).toBe(true);
    expect(isNewcomer(authorized(), {}, undefined)).toBe(true);
    expect(isNewcomer(authorized({}, 'con_3'), {}, 'con_4')).toBe(false);
    expect(isNewcomer({ ...authorized(), type: 'connection.recovered' }, {}, 'con_4')).toBe(false);
  });

  it.each([
    { state: 'active,degraded' },
    { provider: 'google' },
    { integration: 'int_0,int_1' },
    { end_user: 'ada' },
    { tag: 'url:https://a.example' },
  ])('fits %j', (filter) => {
    const event = authorized({ tags: { url: 'https://a.example' } });
    expect(isNewcomer(event, filter, 'con_4')).toBe(true);
  });

  it.each([
    { state: 'needs_reauthorization' },
    { provider: 'github' },
    { integration: 'int_2' },
    { end_user: 'grace' },
    { tag: 'team:red' },
    { provider: 'google', q: 'ada' },
    { created_before: '2026-03-02T10:00:00.000Z' },
  ])('is none where it does not fit, or nobody can tell: %j', (filter) => {
    expect(isNewcomer(authorized(), filter, 'con_4')).toBe(false);
  });
});
