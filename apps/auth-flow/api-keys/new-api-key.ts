import { createHash, randomBytes } from 'node:crypto';

const shownPrefix = 12;

/** A key of 256 bits, shown once, and what is stored of it. */
export function newApiKey(): { key: string; stored: { prefix: string; keyHash: Buffer } } {
  const key = `evg_${randomBytes(32).toString('base64url')}`;
  return {
    key,
    stored: { prefix: key.slice(0, shownPrefix), keyHash: createHash('sha256').update(key).digest() },
  };
}
