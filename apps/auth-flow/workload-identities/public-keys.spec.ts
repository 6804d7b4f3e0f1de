import { generateKeyPairSync } from 'node:crypto';
import { faultsOfKeys } from './public-keys.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

describe('a public key', () => {
  it('may have members of text, and lists of it', () => {
    expect(faultsOfKeys([{ ...jwk, kid: 'k1', use: 'sig', key_ops: ['verify'], x5c: [1] }])).toEqual([]);
  });

  it.each([
    ['an object as its id', { kid: { is: 'an object' } }],
    ['an id without end', { kid: 'k'.repeat(3_000) }],
    ['operations that are no text', { key_ops: [{}] }],
  ])('is refused with %s', (_what, change) => {
    expect(faultsOfKeys([{ ...jwk, ...change }])).toEqual([
      { pointer: '/jwks/keys/0', detail: 'must have members of text, 2000 characters at most' },
    ]);
  });
});
