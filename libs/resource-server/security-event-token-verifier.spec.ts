import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { AccessTokenError } from './access-token-error.js';
import { SecurityEventError } from './security-event-error.js';
import { SecurityEventTokenVerifier } from './security-event-token-verifier.js';

const issuer = 'https://transmitter.example';
const audience = 'https://evergrant.example/v1/security-events/sst_1';
const now = new Date('2026-11-21T12:00:00Z');
const seconds = now.getTime() / 1_000;
const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

const { privateKey, publicKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] };
const options = { issuer, audience: [audience, 'other-name'], now: () => now };
const verifier = new SecurityEventTokenVerifier({ ...options, keys });

const claims = {
  iss: issuer,
  aud: audience,
  iat: seconds - 10,
  jti: 'set-1',
  sub_id: { format: 'email', email: 'ada@example.com' },
  events: { [sessionRevoked]: { event_timestamp: seconds - 20 } },
};

interface Forgery {
  claims?: Record<string, unknown>;
  header?: { typ?: string; kid?: string; crit?: string[] };
  key?: CryptoKey;
}

const sign = ({ claims: changed = {}, header = {}, key = privateKey }: Forgery = {}) =>
  new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt', ...header })
    .sign(key);

async function refusal(token: string): Promise<string> {
  try {
    await verifier.verify(token);
  } catch (error) {
    if (error instanceof SecurityEventError) return error.code;
    throw error;
  }
  throw new Error('the SET was accepted');
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a SET', () => {
  it('says who issued what about whom, and needs no exp', async () => {
    expect(await verifier.verify(await sign())).toEqual({
      tokenId: 'set-1',
      issuedAt: new Date((seconds - 10) * 1_000),
      subject: claims.sub_id,
      events: claims.events,
    });
  });

  it.each(['secevent+jwt', 'SecEvent+JWT', 'application/secevent+jwt'])(
    'may have the type %s',
    async (typ) => {
      await expect(verifier.verify(await sign({ header: { typ } }))).resolves.toBeDefined();
    },
  );

  it('may be for several receivers, one of which is us by any of our names', async () => {
    const token = await sign({ claims: { aud: ['https://other.example', 'other-name'] } });
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('may speak of its stream alone, with an empty payload', async () => {
    const events = { 'https://schemas.openid.net/secevent/ssf/event-type/verification': {} };
    const token = await sign({ claims: { sub_id: undefined, events } });
    expect(await verifier.verify(token)).toMatchObject({ subject: undefined, events });
  });

  it('may have claims that nobody here knows, which are passed over (RFC 8417 2.2)', async () => {
    const token = await sign({ claims: { txn: 'x', toe: seconds, new_claim: { a: 1 } } });
    expect(Object.keys(await verifier.verify(token))).toEqual(['tokenId', 'issuedAt', 'subject', 'events']);
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'its sub, of the issuer',
      { sub_id: undefined, sub: 'u1' },
      { format: 'iss_sub', iss: issuer, sub: 'u1' },
    ],
    [
      "its event's subject, in Google's spelling",
      {
        sub_id: undefined,
        events: {
          [sessionRevoked]: { subject: { subject_type: 'iss-sub', iss: 'https://a.example', sub: '7' } },
        },
      },
      { format: 'iss_sub', iss: 'https://a.example', sub: '7' },
    ],
  ])('from before SSF names its subject by %s', async (_, changed, subject) => {
    expect((await verifier.verify(await sign({ claims: changed }))).subject).toEqual(subject);
  });

  it.each<[string, Forgery, string]>([
    ['an ID token', { header: { typ: 'JWT' } }, 'invalid_request'],
    ['a token without a type', { header: { typ: undefined } }, 'invalid_request'],
    ['an access token', { header: { typ: 'at+jwt' } }, 'invalid_request'],
    ['a logout token', { header: { typ: 'logout+jwt' } }, 'invalid_request'],
    ['another issuer', { claims: { iss: `${issuer}/` } }, 'invalid_issuer'],
    ['no issuer', { claims: { iss: undefined } }, 'invalid_request'],
    ['another audience', { claims: { aud: 'https://other.example' } }, 'invalid_audience'],
    ['no audience', { claims: { aud: undefined } }, 'invalid_request'],
    ['no jti', { claims: { jti: undefined } }, 'invalid_request'],
    ['an empty jti', { claims: { jti: '' } }, 'invalid_request'],
    ['a jti that is no string', { claims: { jti: 7 } }, 'invalid_request'],
    ['a jti beyond all measure', { claims: { jti: 'x'.repeat(501) } }, 'invalid_request'],
    ['no iat', { claims: { iat: undefined } }, 'invalid_request'],
    ['an iat that is no number', { claims: { iat: 'now' } }, 'invalid_request'],
    ['an iat in the future', { claims: { iat: seconds + 31 } }, 'invalid_request'],
    ['an exp that is past', { claims: { exp: seconds - 31 } }, 'invalid_request'],
    ['no events', { claims: { events: undefined } }, 'invalid_request'],
    ['events that are a list', { claims: { events: [sessionRevoked] } }, 'invalid_request'],
    ['no event among its events', { claims: { events: {} } }, 'invalid_request'],
    ['an event that is no object', { claims: { events: { [sessionRevoked]: true } } }, 'invalid_request'],
    ['an event type that is no URI', { claims: { events: { revoked: {} } } }, 'invalid_request'],
    ['sub beside sub_id', { claims: { sub: 'u1' } }, 'invalid_request'],
    ['a sub_id without a format', { claims: { sub_id: { email: 'a@b.c' } } }, 'invalid_request'],
    [
      'a sub_id without what its format needs',
      { claims: { sub_id: { format: 'iss_sub', sub: '1' } } },
      'invalid_request',
    ],
    ['NUL in a claim', { claims: { jti: 'a\0b' } }, 'invalid_request'],
    ["a stranger's key", { key: stranger.privateKey }, 'authentication_failed'],
    ['a key id that the issuer does not have', { header: { kid: 'k2' } }, 'invalid_key'],
  ])('with or as %s is refused', async (_, forgery, code) => {
    expect(await refusal(await sign(forgery))).toBe(code);
  });

  it('that is not signed is refused', async () => {
    const none = new UnsecuredJWT(claims).encode();
    const typed = `${encoded({ alg: 'none', typ: 'secevent+jwt' })}.${none.split('.')[1]}.`;
    expect(await refusal(typed)).toBe('invalid_key');
  });

  it('that is signed with the public key as if it were a secret is refused', async () => {
    const input = `${encoded({ alg: 'HS256', typ: 'secevent+jwt', kid: 'k1' })}.${encoded(claims)}`;
    const mac = createHmac('sha256', await exportSPKI(publicKey))
      .update(input)
      .digest('base64url');
    expect(await refusal(`${input}.${mac}`)).toBe('invalid_key');
  });

  it('whose payload was changed is refused', async () => {
    const [header, , signature] = (await sign()).split('.');
    const changed = encoded({ ...claims, sub_id: { format: 'email', email: 'bob@example.com' } });
    expect(await refusal(`${header}.${changed}.${signature}`)).toBe('authentication_failed');
  });

  it.each(['', 'x', 'a.b', 'a.b.c', '{}', 'a.b.c.d.e'])('that is %p is refused', async (body) => {
    expect(await refusal(body)).toBe('invalid_request');
  });

  it('with a critical header that nobody here understands is refused', async () => {
    const [, payload, signature] = (await sign()).split('.');
    const header = encoded({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt', crit: ['x'], x: 1 });
    expect(await refusal(`${header}.${payload}.${signature}`)).toBe('invalid_request');
  });

  it('is neither good nor bad while the keys cannot be had', async () => {
    const findKey = () => Promise.reject(new Error('down'));
    const failing = new SecurityEventTokenVerifier({ ...options, keys: findKey });
    const error: unknown = await failing.verify(await sign()).catch((thrown: unknown) => thrown);
    expect((error as AccessTokenError).refusal).toBe('keys-unavailable');
  });

  it('is never quoted by its refusal', async () => {
    const token = await sign({ claims: { iss: 'https://secret-issuer.example' } });
    const error: unknown = await verifier.verify(token).catch((thrown: unknown) => thrown);
    expect((error as Error).message).not.toContain('secret-issuer');
  });
});
