import { AccessTokenError } from './access-token-error.js';
import { bearerChallenge, bearerToken } from './bearer.js';

function refusal(header: string | string[] | undefined): string {
  try {
    return `took ${bearerToken(header)}`;
  } catch (error) {
    if (error instanceof AccessTokenError) return error.refusal;
    throw error;
  }
}

describe('the Authorization header', () => {
  it.each(['Bearer a.b-c_d~e+f/g==', 'bearer a.b-c_d~e+f/g==', 'BEARER   a.b-c_d~e+f/g=='])(
    '%j holds a token',
    (header) => {
      expect(bearerToken(header)).toBe('a.b-c_d~e+f/g==');
    },
  );

  it.each([undefined, '', 'Basic dXNlcjpwYXNz', 'DPoP token', 'Bearers token'])(
    '%j holds no token',
    (header) => {
      expect(refusal(header)).toBe('no-token');
    },
  );

  it.each([
    ['Bearer'],
    ['Bearer '],
    ['Bearer a b'],
    ['Bearer a,Bearer b'],
    ['Bearer "a"'],
    ['Bearer a=b'],
    [['Bearer a', 'Bearer b']],
  ])('%j is malformed', (header) => {
    expect(refusal(header)).toBe('malformed-header');
  });
});

describe('the challenge', () => {
  it('tells who sent no token the realm and the scope, and no error', () => {
    expect(bearerChallenge(new AccessTokenError('no-token', ['notes:write']), 'api')).toBe(
      'Bearer realm="api", scope="notes:write"',
    );
  });

  it('tells a refused token what is wrong with it', () => {
    expect(bearerChallenge(new AccessTokenError('expired'), 'api')).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The access token has expired"',
    );
  });

  it('names the scopes that are needed', () => {
    expect(bearerChallenge(new AccessTokenError('scope-missing', ['a', 'b']), 'api')).toContain(
      'error="insufficient_scope"',
    );
    expect(bearerChallenge(new AccessTokenError('scope-missing', ['a', 'b']), 'api')).toContain(
      'scope="a b"',
    );
  });

  it('is not given where the keys are out of reach: another token would not help', () => {
    expect(bearerChallenge(new AccessTokenError('keys-unavailable'), 'api')).toBeUndefined();
  });

  it('cannot be broken out of by its realm', () => {
    expect(bearerChallenge(new AccessTokenError('no-token'), 'a"\r\n\\é')).toBe('Bearer realm="a\\"\\\\"');
  });
});

it.each([
  ['no-token', 401],
  ['malformed-header', 400],
  ['expired', 401],
  ['scope-missing', 403],
  ['keys-unavailable', 503],
] as const)('%s is answered with %d', (refused, status) => {
  expect(new AccessTokenError(refused).status).toBe(status);
});
