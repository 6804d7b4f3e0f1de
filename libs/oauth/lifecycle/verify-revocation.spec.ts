import { longestExpiryWaitMs, verifyRevocation, type VerificationFacts } from './verify-revocation.js';

const facts = (change: Partial<VerificationFacts>): VerificationFacts => ({
  reach: 'grant',
  asked: 'introspection',
  refreshToken: 'dead',
  accessToken: 'dead',
  accessTokenIsJwt: false,
  accessTokenRemainingMs: 600_000,
  probe: null,
  mayProbe: true,
  ...change,
});

const unasked = { refreshToken: 'not_askable', accessToken: 'not_askable' } as const;
const byUserinfo = { asked: 'userinfo', refreshToken: 'not_askable', accessToken: 'dead' } as const;
const giveUp = (reason: string) => ({ do: 'give_up', reason });
const confirm = (by: string) => ({ do: 'confirm', by });

describe('a revoked grant', () => {
  it.each<[string, Partial<VerificationFacts>, object]>([
    ['is dead where both its tokens are said to be', {}, confirm('introspection')],
    ['is dead where its one token is', { refreshToken: null }, confirm('introspection')],
    ['is dead by an access token that died before its time', byUserinfo, confirm('userinfo')],
    [
      'is not dead because an access token has expired',
      { ...byUserinfo, accessTokenRemainingMs: 0 },
      { do: 'probe' },
    ],
    [
      'is not dead by an access token where only that was killed',
      { ...byUserinfo, reach: 'token' },
      { do: 'probe' },
    ],
    ['is tried where it cannot be asked about', unasked, { do: 'probe' }],
    ['is dead where its refresh token was refused', { ...unasked, probe: 'dead' }, confirm('refresh')],
    [
      'is never tried where another grant might be touched',
      { ...unasked, mayProbe: false },
      giveUp('would_touch_another_grant'),
    ],
    [
      'is given up where trying says nothing',
      { ...unasked, probe: 'unanswerable' },
      giveUp('refresh_token_not_checkable'),
    ],
    ['is asked about again where nobody answers', { refreshToken: 'unknown' }, { do: 'ask_again' }],
    ['is asked about again where one answer is missing', { accessToken: 'unknown' }, { do: 'ask_again' }],
    [
      'is told of again where a token lives',
      { refreshToken: 'alive' },
      { do: 'tell_again', alive: ['refresh_token'] },
    ],
    [
      'is told of again where its refresh token still gets tokens',
      { ...unasked, probe: 'alive' },
      { do: 'tell_again', alive: ['refresh_token'] },
    ],
    [
      'is told of again where one lives and of the other nobody knows',
      { refreshToken: 'unknown', accessToken: 'alive' },
      { do: 'tell_again', alive: ['access_token'] },
    ],
  ])('%s', (_, change, step) => expect(verifyRevocation(facts(change))).toEqual(step));
});

describe('an access token that others check without asking', () => {
  const jwt = { accessTokenIsJwt: true } as const;
  it.each<[string, Partial<VerificationFacts>, object]>([
    ['is waited for, whatever the provider says of it', jwt, { do: 'wait', ms: 601_000 }],
    [
      'is waited for where the provider does not say',
      { ...jwt, accessToken: 'unknown' },
      { do: 'wait', ms: 601_000 },
    ],
    ['is dead from its expiry on', { ...jwt, accessTokenRemainingMs: 0 }, confirm('expiry')],
    [
      'is not waited for longer than a day',
      { ...jwt, accessTokenRemainingMs: longestExpiryWaitMs + 1 },
      giveUp('access_token_lives_on'),
    ],
    [
      'is not waited for where it does not expire',
      { ...jwt, accessTokenRemainingMs: null },
      giveUp('access_token_without_expiry'),
    ],
    [
      'is waited for where its refresh token dies alone, and it cannot be asked about',
      { reach: 'token', accessToken: 'not_askable' },
      { do: 'wait', ms: 601_000 },
    ],
  ])('%s', (_, change, step) => expect(verifyRevocation(facts(change))).toEqual(step));
});
