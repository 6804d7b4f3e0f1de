import { effectiveRotation, type ServerMetadata } from '#oauth';
import { withMetadata } from './custom-settings.js';
import { ProviderCatalogue } from './provider-catalogue.js';
import { providerView, providerViewSchema } from './provider-view.js';
import { google } from './profiles/google.js';
import { supportOf } from './revocation-support.js';

const sandboxOrigin = 'http://127.0.0.1:4006';
const catalogue = new ProviderCatalogue({ sandboxOrigin });
const pointers = (provider: string, settings: unknown) => {
  const parsed = catalogue.parseSettings(provider, settings);
  return parsed.ok ? [] : parsed.faults.map(({ pointer }) => pointer);
};
const endpoints = {
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
};

describe('the catalogue', () => {
  it('lists what this build knows, each with where its facts come from', () => {
    expect(catalogue.list().map(({ id }) => id)).toEqual([
      'atlassian',
      'custom',
      'github',
      'google',
      'microsoft',
      'sandbox',
      'slack',
    ]);
    for (const profile of catalogue.list()) {
      expect(profile.source.length).toBeGreaterThan(0);
      expect(providerViewSchema.parse(providerView(profile))).toMatchObject({ id: profile.id });
    }
  });

  it('says of each what a revocation kills, and how it is known that it did', () => {
    const said = catalogue.list().map((profile) => [profile.id, providerView(profile).revocation]);
    expect(Object.fromEntries(said)).toEqual({
      atlassian: {
        supported: false,
        kills: null,
        unsupported_because: 'provider_has_no_revocation',
        verified_by: 'none',
      },
      custom: { supported: true, kills: 'grant', unsupported_because: null, verified_by: 'refresh' },
      github: { supported: true, kills: 'user_grants', unsupported_because: null, verified_by: 'refresh' },
      google: { supported: true, kills: 'user_grants', unsupported_because: null, verified_by: 'userinfo' },
      microsoft: {
        supported: false,
        kills: null,
        unsupported_because: 'provider_has_no_revocation',
        verified_by: 'none',
      },
      sandbox: { supported: true, kills: 'grant', unsupported_because: null, verified_by: 'introspection' },
      slack: { supported: true, kills: 'token', unsupported_because: null, verified_by: 'refresh' },
    });
  });

  const alone = { renewable: true, hasOtherGrant: false };

  it('says it of an integration by its own settings', () => {
    const revocation_endpoint = 'https://as.example/revoke';
    const introspection_endpoint = 'https://as.example/introspect';
    const support = (settings: object) =>
      supportOf(catalogue.resolve('custom', { ...endpoints, ...settings }), alone);
    expect(support({}).supported).toBe(false);
    expect(support({ revocation_endpoint }).verified_by).toBe('refresh');
    expect(support({ revocation_endpoint, introspection_endpoint }).verified_by).toBe('introspection');
    expect(supportOf(catalogue.resolve('slack', {}), { ...alone, renewable: false }).verified_by).toBe(
      'none',
    );
  });

  it('says of a connection why its provider will not be told', () => {
    const of = (id: string, grant: object) => supportOf(catalogue.resolve(id, {}), { ...alone, ...grant });
    const beside = { hasOtherGrant: true };
    expect(of('google', {})).toMatchObject({ supported: true, unsupported_because: null });
    expect(of('google', beside)).toMatchObject({
      ...{ supported: false, kills: 'user_grants', unsupported_because: 'would_revoke_another_grant' },
    });
    expect(of('slack', beside)).toMatchObject({ supported: true, kills: 'token' });
    expect(of('google', { renewable: false })).toMatchObject({
      supported: false,
      unsupported_because: 'no_token',
    });
    expect(of('slack', { renewable: false }).supported).toBe(true);
  });

  it('has no sandbox where none is configured, and no provider that nobody wrote', () => {
    const bare = new ProviderCatalogue();
    expect(bare.find('sandbox')).toBeUndefined();
    expect(() => bare.get('nobody')).toThrow(expect.objectContaining({ code: 'provider-unknown' }));
  });

  it('does not start with a profile of nonsense', () => {
    const nonsense = { ...google, rotation: { mode: 'A', grace_seconds: 30 } as const };
    expect(() => new ProviderCatalogue({ profiles: [nonsense] })).toThrow(
      expect.objectContaining({
        code: 'profile-invalid',
        faults: [expect.objectContaining({ pointer: '/rotation/grace_seconds' })],
      }),
    );
  });

  it('resolves the same settings once', () => {
    const settings = { tenant: 'common' };
    expect(catalogue.resolve('microsoft', settings)).toBe(catalogue.resolve('microsoft', { ...settings }));
  });
});

describe('a resolved provider', () => {
  it('is the sandbox at its configured origin, http on loopback', () => {
    const { server, introspection, tokens, revocation } = catalogue.resolve('sandbox', {});
    expect(server).toMatchObject({
      issuer: sandboxOrigin,
      issuerInResponse: true,
      allowHttp: true,
      endpoints: { token: `${sandboxOrigin}/token`, introspection: `${sandboxOrigin}/introspect` },
    });
    expect([introspection, tokens.lifetime.minMs, revocation?.reach]).toEqual([true, 1000, 'grant']);
  });

  it('rotates as the integration says where it may', () => {
    const rotation = { mode: 'B', grace_seconds: 30 };
    const resolved = catalogue.resolve('sandbox', { rotation });
    expect(effectiveRotation(resolved.rotation)).toMatchObject({ mode: 'B', graceMs: 30_000 });
    expect(effectiveRotation(catalogue.resolve('custom', endpoints).rotation).mode).toBe('A');
    expect(pointers('custom', { ...endpoints, rotation: { mode: 'A', grace_seconds: 5 } })).toEqual([
      '/rotation/grace_seconds',
    ]);
    expect(pointers('google', { rotation: { mode: 'none' } })).toEqual(['/rotation']);
  });

  it('has its tenant in the path, and one issuer where the tenant is known by its id', () => {
    const { server } = catalogue.resolve('microsoft', {});
    expect(server.endpoints.token).toBe('https://login.microsoftonline.com/common/oauth2/v2.0/token');
    expect(server.issuer).toContain('{tenantid}');
    const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
    expect(catalogue.resolve('microsoft', { tenant }).server.issuer).toBe(
      `https://login.microsoftonline.com/${tenant}/v2.0`,
    );
  });

  it.each(['a/../b', '../x', 'a b', 'a@b', 'a..b', '', 'x'.repeat(300), 'a?b', 'a#b', 'a%2fb', 'a\n'])(
    'takes no tenant %j',
    (tenant) => {
      expect(pointers('microsoft', { tenant })).toEqual(['/tenant']);
    },
  );

  it('passes on how a provider words things', () => {
    const { tokens, failures, format, authorization } = catalogue.resolve('slack', {});
    expect(tokens.slots.map(({ slot }) => slot)).toEqual(['bot', 'user']);
    expect(tokens.success).toEqual({ pointer: '/ok', equals: true });
    expect(failures.codes['invalid_refresh_token']).toBe('REAUTHORIZE');
    expect([format.basicEncoding, authorization.scopeSeparator]).toEqual(['raw', ',']);
    expect(catalogue.resolve('atlassian', {}).format.body).toBe('json');
    expect(catalogue.resolve('google', {}).revocation).toMatchObject({ reach: 'user_grants' });
    expect(catalogue.resolve('microsoft', {}).revocation).toBeNull();
  });
});

describe('a custom provider', () => {
  it('is held to PKCE where its integration insists', () => {
    const pkceOf = (settings: object) =>
      catalogue.resolve('custom', { ...endpoints, ...settings }).authorization.pkce;
    expect(pkceOf({})).toBe('on');
    expect(pkceOf({ pkce: true })).toBe('demanded');
    expect(pkceOf({ pkce: false, pkce_off_reason: 'refuses code_challenge' })).toBe('off');
  });

  it('is known by its endpoints', () => {
    const { server, needsDiscovery, revocation, introspection } = catalogue.resolve('custom', endpoints);
    expect(server.endpoints.token).toBe('https://as.example/token');
    expect([needsDiscovery, revocation, introspection]).toEqual([undefined, null, false]);
    const revocation_endpoint = 'https://as.example/revoke';
    expect(catalogue.resolve('custom', { ...endpoints, revocation_endpoint }).revocation).not.toBeNull();
  });

  it('is known by its issuer, and then by what that says of itself', () => {
    const issuer = 'https://as.example';
    expect(catalogue.resolve('custom', { issuer }).needsDiscovery).toEqual({ issuer });
    const metadata: ServerMetadata = {
      issuer,
      endpoints: {
        authorization: 'https://as.example/authorize',
        token: 'https://as.example/token',
        jwks: 'https://as.example/jwks',
        introspection: 'https://as.example/introspect',
      },
      issuerInResponse: true,
      codeChallengeMethods: ['S256'],
      idTokenAlgorithms: ['RS256', 'PS256'],
      scopes: ['openid'],
    };
    const settings = withMetadata({ issuer, scope_separator: ',' }, metadata);
    expect(pointers('custom', settings)).toEqual([]);
    const resolved = catalogue.resolve('custom', settings);
    expect(resolved).toMatchObject({
      needsDiscovery: undefined,
      introspection: true,
      authorization: { openid: true, scopeSeparator: ',' },
      server: { issuer, issuerInResponse: true, codeChallengeMethods: ['S256'], allowHttp: false },
    });
  });

  it.each([
    [{}, ['/authorization_endpoint', '/token_endpoint']],
    [{ issuer: 'http://as.example' }, ['/issuer']],
    [{ issuer: 'http://127.0.0.1:9999' }, ['/issuer']],
    [{ issuer: 'https://as.example?x=1' }, ['/issuer']],
    [{ ...endpoints, token_endpoint: 'https://u:p@as.example/' }, ['/token_endpoint']],
    [{ ...endpoints, token_endpoint: 'javascript:alert(1)' }, ['/token_endpoint']],
    [{ ...endpoints, openid: true }, ['/issuer', '/jwks_uri']],
    [{ ...endpoints, pkce: false }, ['/pkce_off_reason']],
    [{ ...endpoints, authorization_parameters: { state: 'x' } }, ['/authorization_parameters']],
    [{ ...endpoints, tokenEndpoint: 'x' }, ['/tokenEndpoint']],
    [[], ['']],
    ['x', ['']],
  ])('with %j is refused at %j', (settings, expected) => {
    expect(pointers('custom', settings)).toEqual(expected);
  });

  it('may be the sandbox, by its exact origin', () => {
    expect(pointers('custom', { issuer: sandboxOrigin })).toEqual([]);
    expect(catalogue.resolve('custom', { issuer: sandboxOrigin }).server.allowHttp).toBe(true);
    const elsewhere = new ProviderCatalogue();
    expect(elsewhere.parseSettings('custom', { issuer: sandboxOrigin }).ok).toBe(false);
  });
});
