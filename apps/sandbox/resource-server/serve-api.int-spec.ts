import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import type { TokenAnswer } from '../testing/sandbox-client.js';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, api, persona, origin } = useSandbox();

describe('resource server', () => {
  let tokens: TokenAnswer['body'];
  let jwtTokens: TokenAnswer['body'];
  beforeAll(async () => {
    tokens = (await (await client()).connect()).body;
    jwtTokens = (await (await client({ persona: 'jwt' })).connect()).body;
  });
  const note = (token: string, body: unknown = { text: 'a note' }) =>
    api('/api/notes', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('shows the profile and writes notes with either kind of token', async () => {
    for (const { access_token } of [tokens, jwtTokens]) {
      expect(await (await api('/api/profile', access_token)).json()).toMatchObject({ login: 'ada' });
      expect((await note(access_token)).status).toBe(201);
      expect(await (await api('/userinfo', access_token)).json()).toMatchObject({ name: 'ada' });
    }
  });

  it('asks for a token without naming an error when there is none', async () => {
    const response = await api('/api/profile');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="sandbox"');
  });

  it('answers 403 insufficient_scope and the scope needed', async () => {
    const response = await api('/api/notes', tokens.access_token);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(
      /error="insufficient_scope".*scope="notes:read"/,
    );
  });

  it('refuses unknown tokens, and JWTs with another signature, issuer, audience, type or no life left', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const claims = decodeJwt(jwtTokens.access_token);
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .sign(privateKey);
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${jwtTokens.access_token.split('.')[1]}.`;
    const otherAudience = await (
      await client({ persona: 'jwt' })
    ).connect({ parameters: { resource: `${origin()}/archive` } });
    const bad = ['unknown', forged, unsigned, otherAudience.body.access_token, jwtTokens.id_token];
    for (const token of bad) {
      const response = await api('/api/profile', token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    await persona('blink', { access_token_format: 'jwt', access_token_ttl_seconds: 1 });
    const { body } = await (await client({ persona: 'blink' })).connect();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await (await api('/api/profile', body.access_token)).json()).toMatchObject({
      error: 'invalid_token',
      error_description: 'the access token is expired',
    });
  });

  it('answers 400 to a header or a body that it cannot read', async () => {
    const header = await fetch(`${origin()}/api/profile`, { headers: { authorization: 'Bearer a b' } });
    expect(header.status).toBe(400);
    expect((await note(tokens.access_token, { text: 1 })).status).toBe(400);
    expect((await note(tokens.access_token, { text: 'x', more: 1 })).status).toBe(400);
    expect((await api('/api/profile', tokens.access_token, { method: 'DELETE' })).status).toBe(405);
  });
});
