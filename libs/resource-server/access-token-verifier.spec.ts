import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { AccessTokenError } from './access-token-error.js';
import { AccessTokenVerifier, type AccessTokenVerifierOptions } from './access-token-verifier.js';

const issuer = 'https://as.example.com';
const audience = 'https://api.example.com';
const now = new Date('2026-11-21T12:00:00Z');
const seconds = now.getTime() / 1000;

const { privateKey, publicKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
const publicJwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
const keys = { keys: [publicJwk] };

const claims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: 'user-1',
  client_id: 'client-1',
  scope: 'profile notes:write',
  jti: 'token-1',
  iat: seconds - 10,
  exp: seconds + 60,
};

interface Forgery {
  claims?: JWTPayload;
  header?: { typ?: string; kid?: string; alg?: string; crit?: string[] };
  key?: CryptoKey | Uint8Array;
}

function sign({ claims: changed = {}, header = {}, key = privateKey }: Forgery = {}): Promise<string> {
  return new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
}

function verifierWith(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
  return new AccessTokenVerifier({ issuer, audience, keys, now: () => now, ...options });
}

async function refusal(
  token: string,
  scopes?: string[],
  verifier = verifierWith(),
): Promise<AccessTokenError> {
  try {
    await verifier.verify(token, scopes);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

describe('an access token', () => {
  it('is accepted and read', async () => {
    const token = await verifierWith().verify(await sign(), ['profile']);
    expect(token).toMatchObject({ subject: 'user-1', clientId: 'client-1', tokenId: 'token-1' });
    expect([...token.scopes]).toEqual(['profile', 'notes:write']);
    expect(token.expiresAt).toEqual(new Date('2026-11-21T12:01:00Z'));
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('may have the type %s', async (typ) => {
    await expect(verifierWith().verify(await sign({ header: { typ } }))).resolves.toBeDefined();
  });

  it('may be for several audiences, ours among them', async () => {
    const token = await sign({ claims: { aud: ['https://other.example', audience] } });
    await expect(verifierWith().verify(token)).resolves.toBeDefined();
  });

  it.each<[string, Forgery, string]>([
    ['an ID token', { header: { typ: 'JWT' } }, 'wrong-type'],
    ['a token without a type', { header: { typ: undefined } }, 'wrong-type'],
    ['a logout token', { header: { typ: 'logout+jwt' } }, 'wrong-type'],
    ['another issuer', { claims: { iss: 'https://as.example.com/' } }, 'wrong-issuer'],
    ['another audience', { claims: { aud: 'client-1' } }, 'wrong-audience'],
    ['no audience', { claims: { aud: undefined } }, 'claim-missing'],
    ['no issuer', { claims: { iss: undefined } }, 'claim-missing'],
    ['a token that has expired', { claims: { exp: seconds - 6 } }, 'expired'],
    ['a token that never expires', { claims: { exp: undefined } }, 'claim-missing'],
    ['a token not valid yet', { claims: { nbf: seconds + 60 } }, 'not-yet-valid'],
    ['no client', { claims: { client_id: undefined } }, 'claim-missing'],
    ['a client that is no text', { claims: { client_id: 7 } }, 'claim-missing'],
    ['no subject', { claims: { sub: undefined } }, 'claim-missing'],
    ['no id', { claims: { jti: undefined } }, 'claim-missing'],
    ['no time of issue', { claims: { iat: undefined } }, 'claim-missing'],
    ['a scope that is a list', { claims: { scope: ['profile'] } }, 'claim-missing'],
    ['a stranger’s signature', { key: stranger.privateKey }, 'bad-signature'],
    ['a key nobody published', { header: { kid: 'k2' } }, 'unknown-key'],
    [
      'a MAC over the public key',
      { header: { alg: 'HS256' }, key: new TextEncoder().encode('x'.repeat(32)) },
      'algorithm-not-allowed',
    ],
    ['a token bound to a DPoP key', { claims: { cnf: { jkt: 'thumbprint' } } }, 'sender-constrained'],
  ])('is refused: %s', async (_fault, forgery, expected) => {
    expect((await refusal(await sign(forgery))).refusal).toBe(expected);
  });

  it('is refused without a signature', async () => {
    const token = new UnsecuredJWT(claims)
      .encode()
      .replace(/^[^.]*/, Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url'));
    expect((await refusal(token)).refusal).toBe('algorithm-not-allowed');
  });

  it('is refused when a single character of it changed', async () => {
    const [header, payload, signature] = (await sign()).split('.');
    const admin = Buffer.from(JSON.stringify({ ...claims, scope: 'admin' })).toString('base64url');
    expect((await refusal(`${header}.${admin}.${signature}`)).refusal).toBe('bad-signature');
    expect((await refusal(`${header}.${payload}`)).refusal).toBe('malformed-token');
    expect((await refusal('opaque-token')).refusal).toBe('malformed-token');
  });

  it('is refused for a scope it lacks, naming the scopes that are needed', async () => {
    const error = await refusal(await sign(), ['profile', 'admin']);
    expect(error).toMatchObject({
      refusal: 'scope-missing',
      status: 403,
      requiredScopes: ['profile', 'admin'],
    });
  });

  it('is not quoted when it is refused', async () => {
    const token = await sign({ claims: { exp: seconds - 100, sub: 'canary' } });
    expect(inspect(await refusal(token), { depth: 9, showHidden: true })).not.toMatch(/canary|eyJ/);
  });

  it('may be off by the clock tolerance and no more', async () => {
    await expect(verifierWith().verify(await sign({ claims: { exp: seconds - 4 } }))).resolves.toBeDefined();
    const strict = verifierWith({ clockToleranceSeconds: 0 });
    expect((await refusal(await sign({ claims: { exp: seconds } }), [], strict)).refusal).toBe('expired');
  });
});

describe('the key set', () => {
  const uri = 'https://as.example.com/jwks';

  it('is fetched once through the fetch handed in', async () => {
    const fetch = jest.fn(async () => Response.json(keys));
    const verifier = verifierWith({ keys: { uri, fetch } });
    const token = await sign();
    await Promise.all([verifier.verify(token), verifier.verify(token), verifier.verify(token)]);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith(uri, expect.objectContaining({ method: 'GET', redirect: 'manual' }));
  });

  it.each([
    ['cannot be reached', () => Promise.reject(new Error('down'))],
    ['answers an error', async () => new Response('busy', { status: 503 })],
    ['is no key set', async () => Response.json({ keys: 'none' })],
    ['is a page', async () => new Response('<html>')],
  ])('says that nobody can tell where it %s', async (_fault, fetch) => {
    const verifier = verifierWith({ keys: { uri, fetch } });
    expect(await refusal(await sign(), [], verifier)).toMatchObject({
      refusal: 'keys-unavailable',
      status: 503,
    });
  });
});

it.each(['HS256', 'none', 'dir'])('refuses to be set up with %s', (algorithm) => {
  expect(() => verifierWith({ algorithms: ['ES256', algorithm] })).toThrow('asymmetric algorithms only');
});
