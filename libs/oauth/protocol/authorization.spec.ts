import { createHash } from 'node:crypto';
import { type AuthorizationRules, beginAuthorization } from './authorization-request.js';
import { readAuthorizationResponse } from './authorization-response.js';
import type { AuthorizationServer } from './authorization-server.js';

const server: AuthorizationServer = {
  issuer: 'https://as.example',
  endpoints: { authorization: 'https://as.example/authorize?tenant=7', token: 'https://as.example/token' },
  issuerInResponse: false,
  idTokenAlgorithms: ['RS256'],
  allowHttp: false,
};
const rules: AuthorizationRules = {
  scopeSeparator: ' ',
  alwaysScopes: [],
  prefixedScopes: [],
  parameters: {},
  parametersByScope: {},
  pkce: 'on',
  openid: true,
  resourceParameter: true,
  rename: {},
  capture: [],
  expectsRefreshToken: false,
};
const redirectUri = 'https://us.example/oauth/callback/int_1';

async function begun(changes: Partial<AuthorizationRules> = {}, scopes = ['profile'], at = server) {
  const authorization = await beginAuthorization({
    server: at,
    rules: { ...rules, ...changes },
    clientId: 'c',
    redirectUri,
    scopes,
    resource: ['https://api.example'],
  });
  return { ...authorization, query: Object.fromEntries(new URL(authorization.url).searchParams) };
}

describe('an authorization request', () => {
  it('carries state, PKCE S256, the exact redirect URI and the resource', async () => {
    const { url, state, secrets, query } = await begun();
    expect(url.startsWith('https://as.example/authorize?tenant=7&')).toBe(true);
    expect(query).toEqual({
      tenant: '7',
      response_type: 'code',
      client_id: 'c',
      redirect_uri: redirectUri,
      state,
      scope: 'profile',
      code_challenge: createHash('sha256').update(secrets.codeVerifier!).digest('base64url'),
      code_challenge_method: 'S256',
      resource: 'https://api.example',
    });
    expect(Buffer.from(state, 'base64url')).toHaveLength(32);
    expect(Buffer.from(secrets.codeVerifier!, 'base64url')).toHaveLength(32);
  });

  it('never repeats state, verifier or nonce', async () => {
    const [one, other] = [await begun({}, ['openid']), await begun({}, ['openid'])];
    expect(
      new Set([one, other].flatMap(({ state, secrets }) => [state, ...Object.values(secrets)])).size,
    ).toBe(6);
  });

  it('carries a nonce exactly where an ID token is asked for', async () => {
    const { secrets, query } = await begun({}, ['openid', 'profile']);
    expect(query['nonce']).toBe(secrets.nonce);
    expect((await begun()).secrets.nonce).toBeUndefined();
    expect((await begun({ openid: false }, ['openid'])).query['nonce']).toBeUndefined();
  });

  it('is worded as the provider wants it', async () => {
    const { query } = await begun(
      {
        scopeSeparator: ',',
        alwaysScopes: ['offline_access', 'a'],
        prefixedScopes: [{ prefix: 'user:', parameter: 'user_scope' }],
        parameters: { access_type: 'offline' },
        parametersByScope: { offline_access: { prompt: 'consent' }, other: { no: 'no' } },
        rename: { client_id: 'client_key' },
        resourceParameter: false,
      },
      ['a', 'user:b', 'user:c'],
    );
    expect(query).toMatchObject({
      scope: 'a,offline_access',
      user_scope: 'b,c',
      access_type: 'offline',
      prompt: 'consent',
      client_key: 'c',
    });
    for (const name of ['client_id', 'no', 'resource']) expect(query).not.toHaveProperty(name);
  });

  it('cannot be taken over by extra parameters', async () => {
    const { query, state } = await begun({
      parameters: { state: 'mine', redirect_uri: 'https://evil.example' },
    });
    expect(query).toMatchObject({ state, redirect_uri: redirectUri });
  });

  it('is not made for a server without S256, and goes without PKCE only where a profile says so', async () => {
    const plainOnly = { ...server, codeChallengeMethods: ['plain'] };
    await expect(begun({}, [], plainOnly)).rejects.toMatchObject({ code: 'pkce-unsupported' });
    await expect(begun({ pkce: 'demanded' })).rejects.toMatchObject({ code: 'pkce-unsupported' });
    const listed = { ...server, codeChallengeMethods: ['plain', 'S256'] };
    expect((await begun({ pkce: 'demanded' }, [], listed)).query['code_challenge_method']).toBe('S256');
    const { secrets, query } = await begun({ pkce: 'off' });
    expect([secrets.codeVerifier, query['code_challenge']]).toEqual([undefined, undefined]);
  });
});

describe('an authorization response', () => {
  const read = (query: string, at: Partial<AuthorizationServer> = {}, capture?: string[]) =>
    readAuthorizationResponse({
      server: { ...server, ...at },
      clientId: 'c',
      parameters: new URLSearchParams(query),
      expectedState: 'st',
      capture,
    });

  it('brings a code, and what else was to be captured', () => {
    const { parameters, captured } = read('code=x&state=st&realmId=42&other=1', {}, ['realmId', 'missing']);
    expect(parameters.get('code')).toBe('x');
    expect(captured).toEqual({ realmId: '42' });
  });

  it.each([
    ['code=x&state=other', 'state-mismatch'],
    ['code=x', 'state-mismatch'],
    ['code=x&state=st&state=st', 'state-mismatch'],
    ['error=access_denied&state=other', 'state-mismatch'],
    ['code=x&state=st&iss=https://evil.example', 'issuer-mismatch'],
    ['code=x&state=st&iss=https://as.example/', 'issuer-mismatch'],
    ['error=access_denied&state=st&iss=https://evil.example', 'issuer-mismatch'],
    ['error=access_denied&error_description=no&state=st', 'authorization-denied'],
    ['error=temporarily_unavailable&state=st', 'authorization-refused'],
    ['state=st', 'code-missing'],
    ['code=&state=st', 'code-missing'],
    ['code=x&code=y&state=st', 'response-malformed'],
    ['code=x&state=st&id_token=a.b.c', 'response-malformed'],
    ['response=a.b.c&state=st', 'response-malformed'],
  ])('%s: %s', (query, code) => {
    expect(() => read(query)).toThrow(expect.objectContaining({ code }));
  });

  it('names its issuer where the server always does (RFC 9207), in errors too', () => {
    const always = { issuerInResponse: true };
    expect(() => read('code=x&state=st', always)).toThrow(
      expect.objectContaining({ code: 'issuer-missing' }),
    );
    expect(() => read('error=access_denied&state=st', always)).toThrow(
      expect.objectContaining({ code: 'issuer-missing' }),
    );
    expect(read('code=x&state=st&iss=https://as.example', always).parameters.get('code')).toBe('x');
  });

  it('may name an issuer that nobody knows to compare', () => {
    expect(read('code=x&state=st&iss=https://x.example', { issuer: undefined }).parameters.get('code')).toBe(
      'x',
    );
    const multiTenant = { issuer: 'https://as.example/{tenantid}/v2.0' };
    expect(read('code=x&state=st&iss=https://as.example/1/v2.0', multiTenant).parameters.get('code')).toBe(
      'x',
    );
  });

  it('shows the provider’s code for a refusal, and nothing that is no code', () => {
    const refusal = (error: string) => {
      try {
        read(`state=st&error=${encodeURIComponent(error)}`);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    };
    expect(refusal('invalid_scope')).toMatchObject({ providerCode: 'invalid_scope' });
    expect(refusal('<script>')).toMatchObject({ code: 'authorization-refused', providerCode: undefined });
  });
});
