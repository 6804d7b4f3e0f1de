import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const algorithm = 'aes-256-gcm';

export const keyLength = 32;
export const ivLength = 12;
export const tagLength = 16;

/** AES-256-GCM. A raw Buffer as key costs Node three times a KeyObject made for it. Answers ciphertext, then tag; the caller keeps the 96-bit IV, which must be fresh for this key. */
export function encrypt(key: KeyObject, iv: Buffer, aad: Buffer, plaintext: Buffer): Buffer {
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagLength });
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

/** Opens what `encrypt` answered, or answers nothing where key, IV, AAD or a single bit differ. */
export function decrypt(key: KeyObject, iv: Buffer, aad: Buffer, sealed: Buffer): Buffer | undefined {
  const end = sealed.length - tagLength;
  if (end < 0) return undefined;
  // Without authTagLength Node accepts a tag cut down to 4 bytes, which can be guessed.
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagLength });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}
