import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Binding } from './binding.js';
import { VaultError, type VaultErrorCode } from './vault-error.js';
import { WorkspaceCipher } from './workspace-cipher.js';

const key = createSecretKey(randomBytes(32));
const cipher = new WorkspaceCipher('ws_a', key);
const token: Binding = { connection: 'con_1', slot: 'default', generation: 7, part: 'refresh' };

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const binding: fc.Arbitrary<Binding> = fc.oneof(
  fc.record({ connection: name, slot: name, generation: fc.nat() }),
  fc.record({
    connection: name,
    slot: name,
    generation: fc.nat(),
    part: fc.constantFrom('access', 'refresh', 'id'),
  }),
  fc.record({ connection: name, secret: name }),
  fc.record({ attempt: name }),
  fc.record({ integration: name, secret: name }),
  fc.record({ authorization: name }),
  fc.record({ authorization: name, secret: name }),
  fc.record({ idempotency: name }),
);
const plaintext = fc.uint8Array({ maxLength: 2048 }).map((bytes) => Buffer.from(bytes));

function refusal(attempt: () => unknown): VaultErrorCode | 'opened' {
  try {
    attempt();
    return 'opened';
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
}

describe('a sealed value', () => {
  it('opens to what was sealed, under any binding', () => {
    fc.assert(
      fc.property(binding, plaintext, (where, bytes) => {
        expect(cipher.open(where, cipher.seal(where, bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('opens to the same text', () => {
    const sealed = cipher.seal(token, 'jeton-à-garder-🔑');
    expect(cipher.open(token, sealed).toString()).toBe('jeton-à-garder-🔑');
  });

  it('does not open under any other binding', () => {
    fc.assert(
      fc.property(binding, binding, plaintext, (sealedFor, openedAs, bytes) => {
        fc.pre(JSON.stringify(sealedFor) !== JSON.stringify(openedAs));
        expect(refusal(() => cipher.open(openedAs, cipher.seal(sealedFor, bytes)))).toBe('tampered');
      }),
    );
  });

  it.each<[string, Binding]>([
    ['an earlier generation', { ...token, generation: 6 }],
    ['a later generation', { ...token, generation: 8 }],
    ['another slot', { ...token, slot: 'bot' }],
    ['another connection', { ...token, connection: 'con_2' }],
    ['another part of the same token set', { ...token, part: 'access' }],
    ['no part', { connection: 'con_1', slot: 'default', generation: 7 }],
    ['a landing', { attempt: 'con_1' }],
    ['a border between fields moved', { ...token, connection: 'con_1d', slot: 'efault' }],
  ])('does not open as %s', (_place, where) => {
    expect(refusal(() => cipher.open(where, cipher.seal(token, 'rt-1')))).toBe('tampered');
  });

  it('tells a kind from another by more than its fields', () => {
    const sealed = cipher.seal({ connection: 'x', secret: 'y' }, 'value');
    expect(refusal(() => cipher.open({ integration: 'x', secret: 'y' }, sealed))).toBe('tampered');
    expect(refusal(() => cipher.open({ authorization: 'x', secret: 'y' }, sealed))).toBe('tampered');
  });

  it('does not open in another workspace, not even under the same key', () => {
    const sealed = cipher.seal(token, 'rt-1');
    expect(refusal(() => new WorkspaceCipher('ws_b', key).open(token, sealed))).toBe('tampered');
  });

  it('does not open under another key', () => {
    const other = new WorkspaceCipher('ws_a', createSecretKey(randomBytes(32)));
    expect(refusal(() => other.open(token, cipher.seal(token, 'rt-1')))).toBe('tampered');
  });

  it('does not open with any single bit flipped', () => {
    const sealed = cipher.seal(token, 'rt-1');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const damaged = Buffer.from(sealed);
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
      expect(refusal(() => cipher.open(token, damaged))).toBe(bit < 8 ? 'format-unknown' : 'tampered');
    }
  });

  it('does not open cut off at any length, nor with bytes added', () => {
    const sealed = cipher.seal(token, 'rt-1');
    for (let length = 0; length < sealed.length; length++) {
      expect(refusal(() => cipher.open(token, sealed.subarray(0, length)))).toBe('tampered');
    }
    expect(refusal(() => cipher.open(token, Buffer.concat([sealed, Buffer.from([0])])))).toBe('tampered');
  });

  it('does not open with the data key of another sealed value', () => {
    const first = cipher.seal(token, 'rt-1');
    const second = cipher.seal(token, 'rt-2');
    const spliced = Buffer.concat([first.subarray(0, 61), second.subarray(61)]);
    expect(refusal(() => cipher.open(token, spliced))).toBe('tampered');
  });

  it('is 89 bytes longer than its plaintext and different each time', () => {
    const first = cipher.seal(token, 'rt-1');
    expect(first).toHaveLength(89 + 4);
    expect(first.equals(cipher.seal(token, 'rt-1'))).toBe(false);
    expect(first.includes('rt-1')).toBe(false);
  });

  it('may be empty', () => {
    expect(cipher.open(token, cipher.seal(token, ''))).toHaveLength(0);
  });
});

describe('a binding', () => {
  it.each<[string, Binding]>([
    ['an empty name', { ...token, connection: '' }],
    ['a lone surrogate, which UTF-8 cannot tell from another', { ...token, slot: '\ud800' }],
    ['a negative generation', { ...token, generation: -1 }],
    ['a fraction', { ...token, generation: 1.5 }],
    ['a generation past exact numbers', { ...token, generation: 2 ** 53 }],
  ])('is refused with %s', (_fault, where) => {
    expect(refusal(() => cipher.seal(where, 'x'))).toBe('binding-invalid');
  });
});

it('shows no plaintext and no key in errors or when a cipher is printed', async () => {
  const { inspect } = await import('node:util');
  const sealed = cipher.seal(token, 'canary-plaintext');
  sealed[sealed.length - 1]! ^= 1;
  let message = '';
  try {
    cipher.open(token, sealed);
  } catch (error) {
    message = inspect(error, { depth: 9 });
  }
  expect(message).toContain('tampered');
  expect(message).not.toContain('canary-plaintext');
  const printed = inspect(cipher, { depth: 9, showHidden: true }) + JSON.stringify(cipher);
  expect(printed).not.toContain(key.export().toString('hex').slice(0, 8));
});
