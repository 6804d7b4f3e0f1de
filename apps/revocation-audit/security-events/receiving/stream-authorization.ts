import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SecurityEventStream } from '#storage';

type StreamSecrets = Pick<
  SecurityEventStream,
  'authorizationHash' | 'previousAuthorizationHash' | 'previousAuthorizationUntil'
>;

/** What a transmitter must send as Authorization, word for word; only its hash is kept. */
export function newAuthorization(): { authorization: string; authorizationHash: Buffer } {
  const authorization = `Bearer evgs_${randomBytes(32).toString('base64url')}`;
  return { authorization, authorizationHash: hashOf(authorization) };
}

/** The scheme's case and the spaces behind it do not count (RFC 9110 11.1). */
export function isAuthorized(header: string | undefined, stream: StreamSecrets): boolean {
  if (header === undefined) return false;
  const given = hashOf(header.replace(/^bearer +/i, 'Bearer ').trimEnd());
  const { authorizationHash, previousAuthorizationHash: previous, previousAuthorizationUntil } = stream;
  if (timingSafeEqual(given, authorizationHash)) return true;
  const overlaps = previousAuthorizationUntil !== null && previousAuthorizationUntil.getTime() > Date.now();
  return previous !== null && overlaps && timingSafeEqual(given, previous);
}

function hashOf(authorization: string): Buffer {
  return hash('sha256', authorization, 'buffer');
}
