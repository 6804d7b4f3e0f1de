import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a transmitter must send as Authorization, word for word; only its hash is kept. */
export function newAuthorization(): { authorization: string; authorizationHash: Buffer } {
  const authorization = `Bearer evgs_${randomBytes(32).toString('base64url')}`;
  return { authorization, authorizationHash: hashOf(authorization) };
}

/** The scheme's case and the spaces behind it do not count (RFC 9110 11.1). */
export function isAuthorized(header: string | undefined, authorizationHash: Buffer): boolean {
  if (header === undefined) return false;
  return timingSafeEqual(hashOf(header.replace(/^bearer +/i, 'Bearer ').trimEnd()), authorizationHash);
}

function hashOf(authorization: string): Buffer {
  return hash('sha256', authorization, 'buffer');
}
