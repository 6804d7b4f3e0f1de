import { createPublicKey } from 'node:crypto';

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const publicMembers = ['kty', 'kid', 'use', 'alg', 'key_ops', 'n', 'e', 'crv', 'x', 'y'];
const leastRsaBits = 2_048;

type Jwk = Readonly<Record<string, unknown>>;

/** The members that a signature is verified by; what else came along is not stored. */
export function publicPart(key: Jwk): Record<string, unknown> {
  return Object.fromEntries(Object.entries(key).filter(([name]) => publicMembers.includes(name)));
}

/** What is wrong with a public signing key in JWK form; undefined: nothing. */
export function faultOfKey(key: Jwk): string | undefined {
  if (secretMembers.some((name) => Object.hasOwn(key, name)))
    return 'holds a secret: that key is spent, send public ones only';
  try {
    const parsed = createPublicKey({ key: publicPart(key), format: 'jwk' });
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed;
    if (type !== 'rsa') return type === 'ec' || type === 'ed25519' ? undefined : 'is no key for signatures';
    const bits = details?.modulusLength ?? 0;
    return bits < leastRsaBits ? `must have ${leastRsaBits} bits at least` : undefined;
  } catch {
    return 'is no public key in JWK form (RFC 7517)';
  }
}
