import { generateKeyPairSync } from 'node:crypto';
import { faultOfPublicKey } from './public-key.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

describe('a public key', () => {
  it('may have members of text, and lists of it', () => {
    expect(
      faultOfPublicKey({ ...jwk, kid: 'k1', use: 'sig', key_ops: ['verify'], x5c: [1] }),
    ).toBeUndefined();
  });

  it.each([
    ['an object as its id', { kid: { is: 'an object' } }],
    ['an id without end', { kid: 'k'.repeat(3_000) }],
    ['operations that are no text', { key_ops: [{}] }],
  ])('is refused with %s', (_what, change) => {
    expect(faultOfPublicKey({ ...jwk, ...change })).toBe(
      'must have members of text, 2000 characters at most',
    );
  });

  it('is refused where it is so long that every check of a signature would cost too much', () => {
    const long = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(1_100, 0xff).toString('base64url') };
    expect(faultOfPublicKey(long)).toBe('must have 2048 to 8192 bits');
  });
});
