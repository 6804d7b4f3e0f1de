import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** What GitHub publishes its keys as; more members may come. */
const publishedSchema = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().min(1), key: z.string().min(1) })).max(100),
});

const signatureForm = /^[A-Za-z0-9+/]{1,200}={0,2}$/;

/** GitHub's keys by their identifiers; what is not a P-256 key is left out. @throws ZodError for another shape */
export function readPublishedKeys(body: unknown): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const { key_identifier: id, key: pem } of publishedSchema.parse(body).public_keys) {
    const key = readKey(pem);
    if (key) keys.set(id, key);
  }
  return keys;
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** ECDSA over SHA-256 of the bytes that came, in DER and base64. */
export function isSignedBy(key: KeyObject, body: Buffer, signature: string): boolean {
  if (!signatureForm.test(signature)) return false;
  return verify('sha256', body, key, Buffer.from(signature, 'base64'));
}
