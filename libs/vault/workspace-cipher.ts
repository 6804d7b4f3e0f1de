import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { decrypt, encrypt, ivLength, keyLength, tagLength } from './authenticated-cipher.js';
import { bindingAad, formatVersion, type Binding } from './binding.js';
import { VaultError } from './vault-error.js';

/*
 * version 1 | IV 12 | DEK under the workspace key 32 + 16 | IV 12 | payload under the DEK n + 16
 *
 * Both encryptions carry the same AAD: a wrapped DEK cannot be carried to another place either.
 */
const wrappedKeyStart = 1 + ivLength;
const payloadIvStart = wrappedKeyStart + keyLength + tagLength;
const payloadStart = payloadIvStart + ivLength;
const shortest = payloadStart + tagLength;

/** Seals and opens the values of one workspace. Synchronous: the workspace key is already in memory. */
export class WorkspaceCipher {
  readonly #key: KeyObject;

  constructor(
    readonly workspace: string,
    key: KeyObject,
  ) {
    this.#key = key;
  }

  /** Under a fresh data key; 89 bytes longer than the plaintext. Sealing the same value twice gives different bytes. */
  seal(binding: Binding, plaintext: string | Buffer): Buffer {
    const aad = bindingAad(this.workspace, binding);
    const random = randomBytes(keyLength + 2 * ivLength);
    const dataKey = random.subarray(0, keyLength);
    const keyIv = random.subarray(keyLength, keyLength + ivLength);
    const payloadIv = random.subarray(keyLength + ivLength);
    const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
    try {
      return Buffer.concat([
        Buffer.from([formatVersion]),
        keyIv,
        encrypt(this.#key, keyIv, aad, dataKey),
        payloadIv,
        encrypt(createSecretKey(dataKey), payloadIv, aad, bytes),
      ]);
    } finally {
      dataKey.fill(0);
    }
  }

  /** @throws VaultError `tampered` for changed bytes and for another binding alike, `format-unknown` for an unknown version. */
  open(binding: Binding, sealed: Buffer): Buffer {
    const aad = bindingAad(this.workspace, binding);
    if (sealed.length < shortest) throw tampered();
    if (sealed[0] !== formatVersion) {
      throw new VaultError(
        'format-unknown',
        'A sealed value has a format version that this release does not know; was it written by a newer one?',
      );
    }
    const dataKey = decrypt(
      this.#key,
      sealed.subarray(1, wrappedKeyStart),
      aad,
      sealed.subarray(wrappedKeyStart, payloadIvStart),
    );
    if (!dataKey) throw tampered();
    const plaintext = decrypt(
      createSecretKey(dataKey),
      sealed.subarray(payloadIvStart, payloadStart),
      aad,
      sealed.subarray(payloadStart),
    );
    dataKey.fill(0);
    if (!plaintext) throw tampered();
    return plaintext;
  }

  /** Undefined where it is `tampered`: for whoever opens many, and must not lose the others to one. */
  openIntact(binding: Binding, sealed: Buffer): Buffer | undefined {
    try {
      return this.open(binding, sealed);
    } catch (error) {
      if (error instanceof VaultError && error.code === 'tampered') return undefined;
      throw error;
    }
  }
}

function tampered(): VaultError {
  return new VaultError(
    'tampered',
    'A sealed value does not open here: it was changed, or it was sealed for another row, generation or workspace.',
  );
}
