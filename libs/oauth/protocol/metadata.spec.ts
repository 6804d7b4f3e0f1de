import { discoverMetadata } from './metadata.js';

const issuer = 'https://as.example/tenant';
const document = {
  issuer,
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
  jwks_uri: 'https://keys.example/jwks',
  authorization_response_iss_parameter_supported: true,
  code_challenge_methods_supported: ['S256'],
};

function discover(answers: Record<string, Response>, asked: string[] = [], from = issuer) {
  const fetch = async (url: string) => {
    asked.push(url);
    return answers[new URL(url).pathname] ?? new Response('', { status: 404 });
  };
  return discoverMetadata({ issuer: from, allowHttp: false, wire: { fetch, now: () => new Date(0) } });
}
const oidc = '/tenant/.well-known/openid-configuration';

describe('metadata', () => {
  it('is asked for where OpenID puts it, then where RFC 8414 does', async () => {
    const asked: string[] = [];
    const found = await discover(
      { '/.well-known/oauth-authorization-server/tenant': Response.json(document) },
      asked,
    );
    expect(asked).toEqual([
      `https://as.example${oidc}`,
      'https://as.example/.well-known/oauth-authorization-server/tenant',
    ]);
    expect(found).toMatchObject({
      issuer,
      endpoints: { token: 'https://as.example/token', jwks: 'https://keys.example/jwks' },
      issuerInResponse: true,
      codeChallengeMethods: ['S256'],
    });
    await expect(discover({})).rejects.toMatchObject({ code: 'metadata-unavailable' });
  });

  it.each(['https://as.example/other', `${issuer}/`, 'https://evil.example/tenant'])(
    'that names the issuer %s is refused',
    async (named) => {
      const answers = { [oidc]: Response.json({ ...document, issuer: named }) };
      await expect(discover(answers)).rejects.toMatchObject({ code: 'metadata-issuer-mismatch' });
    },
  );

  it('with an insecure endpoint, or that is no metadata, is refused', async () => {
    const insecure = { [oidc]: Response.json({ ...document, token_endpoint: 'http://as.example/token' }) };
    await expect(discover(insecure)).rejects.toMatchObject({ code: 'metadata-malformed' });
    await expect(discover({ [oidc]: new Response('<html>') })).rejects.toMatchObject({
      code: 'metadata-malformed',
    });
  });

  it('is not asked for at an issuer that is no https URL', async () => {
    for (const bad of ['http://as.example', 'https://as.example?x=1', 'https://a:b@as.example', 'x'])
      await expect(discover({}, [], bad)).rejects.toMatchObject({ code: 'endpoint-insecure' });
  });
});
