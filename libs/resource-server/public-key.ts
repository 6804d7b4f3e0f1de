import { createPublicKey } from 'node:crypto';

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const publicMembers = ['kty', 'kid', 'use', 'alg', 'key_ops', 'n', 'e', 'crv', 'x', 'y'];
const leastRsaBits = 2_048;
/** A check costs more the longer the key is, and strangers make us check. */
const mostRsaBits = 8_192;
const longestMember = 2_000;

type Jwk = Readonly<Record<string, unknown>>;

/** The members that a signature is verified by; what else came along is not stored. */
export function publicPart(key: Jwk): Record<string, unknown> {
  return Object.fromEntries(Object.entries(key).filter(([name]) => publicMembers.includes(name)));
}

/**
 * What is wrong with a public signing key in JWK form; undefined: nothing. A private one is refused: it was shown to us,
 * so it is spent.
 */
export function faultOfPublicKey(key: Jwk): string | undefined {
  if (secretMembers.some((name) => Object.hasOwn(key, name)))
    return 'holds a secret: replace that key, and send public ones only';
  if (!isText(key)) return `must have members of text, ${longestMember} characters at most`;
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey({
      key: publicPart(key),
      format: 'jwk',
    });
    if (type !== 'rsa') return type === 'ec' || type === 'ed25519' ? undefined : 'is no key for signatures';
    const bits = details?.modulusLength ?? 0;
    return bits < leastRsaBits || bits > mostRsaBits
      ? `must have ${leastRsaBits} to ${mostRsaBits} bits`
      : undefined;
  } catch {
    return 'is no public key in JWK form (RFC 7517)';
  }
}

function isText(key: Jwk): boolean {
  return Object.values(publicPart(key)).every((member) =>
    [member].flat().every((part) => typeof part === 'string' && part.length <= longestMember),
  );
}
