import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import type { AuthorizationServer } from './authorization-server.js';
import { fetchKeys, type IdTokenCheck, verifyIdToken } from './id-token.js';

const now = new Date('2026-11-21T00:00:00Z');
const seconds = now.getTime() / 1000;
const server: AuthorizationServer = {
  issuer: 'https://as.example',
  endpoints: { jwks: 'https://as.example/jwks' },
  issuerInResponse: false,
  idTokenAlgorithms: ['RS256', 'ES256', 'HS256'],
  allowHttp: false,
};
const pair = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256');
const keys: JSONWebKeySet = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }] };

const claims = {
  iss: 'https://as.example',
  sub: 'user-1',
  aud: 'c' as string | string[],
  exp: seconds + 600,
  iat: seconds,
  nonce: 'n',
};
const sign = (changes: Record<string, unknown> = {}, key = pair.privateKey, kid = 'k1') =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

const verify = async (idToken: string | Promise<string>, changes: Partial<IdTokenCheck> = {}) =>
  verifyIdToken({ idToken: await idToken, server, clientId: 'c', nonce: 'n', keys, now, ...changes });

describe('an ID token', () => {
  it('names its subject when everything holds', async () => {
    await expect(verify(sign())).resolves.toMatchObject({ sub: 'user-1' });
    await expect(verify(sign({ aud: ['c'] }))).resolves.toBeDefined();
    await expect(verify(sign({ aud: ['c', 'd'], azp: 'c' }))).resolves.toBeDefined();
    await expect(verify(sign({ exp: seconds - 20 }))).resolves.toBeDefined();
  });

  it.each([
    [{ iss: 'https://evil.example' }, 'id-token-issuer'],
    [{ aud: 'd' }, 'id-token-audience'],
    [{ aud: ['c', 'd'] }, 'id-token-audience'],
    [{ aud: ['c', 'd'], azp: 'd' }, 'id-token-audience'],
    [{ azp: 'd' }, 'id-token-audience'],
    [{ exp: seconds - 31 }, 'id-token-expired'],
    [{ iat: seconds + 31 }, 'id-token-issued-at'],
    [{ nonce: 'other' }, 'id-token-nonce'],
    [{ nonce: undefined }, 'id-token-nonce'],
    [{ sub: undefined }, 'id-token-malformed'],
    [{ iat: undefined }, 'id-token-malformed'],
    [{ sub: 7 }, 'id-token-malformed'],
  ])('with %j is refused: %s', async (changes, code) => {
    await expect(verify(sign(changes))).rejects.toMatchObject({ code });
  });

  it('counts only with the signature of a key of the server', async () => {
    await expect(verify(sign({}, other.privateKey))).rejects.toMatchObject({ code: 'id-token-signature' });
    await expect(verify(sign({}, pair.privateKey, 'k2'))).rejects.toMatchObject({
      code: 'id-token-key-unknown',
    });
    await expect(verify('not.a.jwt')).rejects.toMatchObject({ code: 'id-token-malformed' });
  });

  it('counts only with an algorithm of the list, and never with a shared secret or none', async () => {
    const rsOnly = { ...server, idTokenAlgorithms: ['RS256'] };
    await expect(verify(sign(), { server: rsOnly })).rejects.toMatchObject({ code: 'id-token-algorithm' });
    const shared = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    await expect(verify(shared)).rejects.toMatchObject({ code: 'id-token-algorithm' });
    const [, payload] = (await sign()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await expect(verify(none)).rejects.toMatchObject({ code: 'id-token-algorithm' });
  });

  it('of a multi-tenant server comes from the issuer of its tenant', async () => {
    const tid = '72f988bf-86f1-41af-91ab-2d7cd011db47';
    const tenants = { ...server, issuer: 'https://as.example/{tenantid}/v2.0' };
    const iss = `https://as.example/${tid}/v2.0`;
    await expect(verify(sign({ iss, tid }), { server: tenants })).resolves.toBeDefined();
    await expect(verify(sign({ iss }), { server: tenants })).rejects.toMatchObject({
      code: 'id-token-issuer',
    });
    const evil = sign({ iss: 'https://as.example/a/../v2.0', tid: 'a/..' });
    await expect(verify(evil, { server: tenants })).rejects.toMatchObject({ code: 'id-token-issuer' });
  });

  it('is checked with keys that the server publishes', async () => {
    const wire = (response: Response) => ({ fetch: async () => response, now: () => now });
    await expect(fetchKeys({ server, wire: wire(Response.json(keys)) })).resolves.toEqual(keys);
    for (const bad of [Response.json({}), Response.json(keys, { status: 500 }), new Response('<html>')])
      await expect(fetchKeys({ server, wire: wire(bad) })).rejects.toMatchObject({
        code: 'keys-unavailable',
      });
  });
});
