import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;
const keyOf = (token: string): Buffer => hash('sha256', `answer to ${token}`, 'buffer');

/** An answer that only who holds the token it answered can read: raw tokens are nowhere in the file. */
export function sealAnswer(token: string, body: object): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, keyOf(token), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(body)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

export function openAnswer(token: string, answer: string): object {
  const bytes = Buffer.from(answer, 'base64');
  const decipher = createDecipheriv(algorithm, keyOf(token), bytes.subarray(0, nonceLength));
  decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
  return JSON.parse(text.toString('utf8')) as object;
}
