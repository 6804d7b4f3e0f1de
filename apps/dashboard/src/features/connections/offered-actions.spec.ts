import { offered } from './offered-actions.js';

const all = { write: true, revoke: true, connect: true };
const none = { write: false, revoke: false, connect: false };
const states = [
  'pending',
  'active',
  'degraded',
  'needs_reauthorization',
  'paused',
  'quarantined',
  'revoking',
  'revoked',
  'expired',
] as const;
const of = (state: (typeof states)[number], grant_type = 'authorization_code') => ({
  state,
  grant_type,
  slots: [],
});

describe('what there is to do about a connection', () => {
  it.each(states)('offers a viewer nothing while it is %s', (state) => {
    expect(offered(of(state), none)).toEqual({ primary: undefined, revoke: false, others: [] });
  });

  it('revokes only what is not over', () => {
    expect(states.filter((state) => offered(of(state), all).revoke)).toEqual([
      'pending',
      'active',
      'degraded',
      'needs_reauthorization',
      'paused',
      'quarantined',
    ]);
  });

  it('asks only a user to connect again, never an application', () => {
    expect(offered(of('needs_reauthorization'), all).primary).toBe('link');
    expect(offered(of('needs_reauthorization', 'client_credentials'), all).primary).toBeUndefined();
  });

  it('offers an operator who may not connect no link', () => {
    expect(offered(of('revoked'), { ...all, connect: false })).toMatchObject({
      primary: undefined,
      others: ['erase'],
    });
  });
});
