import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { AccessTokenError } from './access-token-error.js';
import { claimedParties, WorkloadTokenVerifier } from './workload-token-verifier.js';

const issuer = 'https://kubernetes.example';
const audience = 'https://evergrant.example/v1/workspaces/wsp_1';
const now = new Date('2026-11-21T12:00:00Z');
const seconds = now.getTime() / 1000;

const { privateKey, publicKey } = await generateKeyPair('RS256');
const stranger = await generateKeyPair('RS256');
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] };
const verifier = new WorkloadTokenVerifier({ issuer, audience, keys, now: () => now });

const claims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: 'system:serviceaccount:shop:api',
  iat: seconds - 10,
  exp: seconds + 600,
};

interface Forgery {
  claims?: JWTPayload;
  header?: { typ?: string; kid?: string; alg?: string };
  key?: CryptoKey;
}

const sign = ({ claims: changed = {}, header = {}, key = privateKey }: Forgery = {}) =>
  new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key);

async function refusal(token: string): Promise<string> {
  try {
    await verifier.verify(token);
  } catch (error) {
    if (error instanceof AccessTokenError) return error.refusal;
    throw error;
  }
  throw new Error('the token was accepted');
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe("a workload's token", () => {
  it.each([undefined, 'JWT', 'jwt', 'application/jwt'])('may have the type %s', async (typ) => {
    const token = await verifier.verify(await sign({ header: { typ } }));
    expect(token).toMatchObject({ subject: claims.sub, claims: { iss: issuer } });
  });

  it.each([
    [{}, seconds + 600],
    [{ exp: 1e300, iat: seconds - 100 }, seconds - 100 + 86_400],
  ])('with %j is good until it expires, and for a day at most', async (changed, end) => {
    const { expiresAt } = await verifier.verify(await sign({ claims: changed }));
    expect(expiresAt).toEqual(new Date(end * 1_000));
  });

  it('with an extension that it calls critical is refused (RFC 7515 4.1.11)', async () => {
    const header = { alg: 'RS256', kid: 'k1', crit: ['x'], x: true };
    const token = await new SignJWT(claims)
      .setProtectedHeader(header)
      .sign(privateKey, { crit: { x: true } });
    expect(await refusal(token)).toBe('malformed-token');
  });

  it('may be for a list that names us alone', async () => {
    await expect(verifier.verify(await sign({ claims: { aud: [audience] } }))).resolves.toBeDefined();
  });

  it.each<[string, Forgery, string]>([
    ['an assertion between our services', { header: { typ: 'evergrant-assertion+jwt' } }, 'wrong-type'],
    ['a logout token', { header: { typ: 'logout+jwt' } }, 'wrong-type'],
    ['an OAuth access token', { header: { typ: 'at+jwt' } }, 'wrong-type'],
    ['another workspace', { claims: { aud: audience.replace('wsp_1', 'wsp_2') } }, 'wrong-audience'],
    ['us among others', { claims: { aud: [audience, 'https://other.example'] } }, 'wrong-audience'],
    ['no audience', { claims: { aud: undefined } }, 'claim-missing'],
    ['another issuer', { claims: { iss: `${issuer}/` } }, 'wrong-issuer'],
    ['one that expired', { claims: { exp: seconds - 6 } }, 'expired'],
    ['one that never expires', { claims: { exp: undefined } }, 'claim-missing'],
    ['an end that is no number', { claims: { exp: '9999999999' as never } }, 'claim-missing'],
    ['one issued in the future', { claims: { iat: seconds + 6 } }, 'not-yet-valid'],
    ['one not valid yet', { claims: { nbf: seconds + 6 } }, 'not-yet-valid'],
    ['no time of issue', { claims: { iat: undefined } }, 'claim-missing'],
    ['one of the day before', { claims: { iat: seconds - 86_406 } }, 'expired'],
    ['no subject', { claims: { sub: undefined } }, 'claim-missing'],
    ['an empty subject', { claims: { sub: '' } }, 'claim-missing'],
    ['one bound to a key', { claims: { cnf: { jkt: 'thumbprint' } } }, 'sender-constrained'],
    ['a stranger’s signature', { key: stranger.privateKey }, 'bad-signature'],
    ['a key nobody published', { header: { kid: 'k2' } }, 'unknown-key'],
  ])('is refused: %s', async (_fault, forgery, expected) => {
    expect(await refusal(await sign(forgery))).toBe(expected);
  });

  it('may be off by five seconds', async () => {
    const token = await sign({ claims: { iat: seconds + 5, exp: seconds - 4 } });
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('is refused without a signature, and with the public key as a secret', async () => {
    const none = `${encoded({ alg: 'none', kid: 'k1' })}.${encoded(claims)}.`;
    expect(await refusal(none)).toBe('algorithm-not-allowed');
    const signed = `${encoded({ alg: 'HS256', kid: 'k1' })}.${encoded(claims)}`;
    const mac = createHmac('sha256', await exportSPKI(publicKey))
      .update(signed)
      .digest('base64url');
    expect(await refusal(`${signed}.${mac}`)).toBe('algorithm-not-allowed');
  });
});

describe('what a token says of itself', () => {
  it('is read before it is checked', async () => {
    expect(claimedParties(await sign({ key: stranger.privateKey }))).toEqual({ issuer, audience, claims });
  });

  it.each<[string, string]>([
    ['an opaque token', 'opaque'],
    ['no JSON', 'a.b.c'],
    ['two audiences', `${encoded({})}.${encoded({ ...claims, aud: [audience, 'x'] })}.`],
    ['an issuer that is no text', `${encoded({})}.${encoded({ ...claims, iss: 1 })}.`],
  ])('is nothing for %s', (_fault, token) => expect(claimedParties(token)).toBeUndefined());
});
