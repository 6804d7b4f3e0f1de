import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { readJson, writePrivately } from './data-directory.js';
import { StartError } from './start-error.js';

/** A private key with which admin says who asks; `iat`: when it was made, in seconds. */
export type AssertionKey = JWK & { kid: string; iat?: number };

const DUE_SECONDS = 30 * 86_400;

export interface KeptAssertionKeys {
  readonly signing: AssertionKey;
  readonly published: readonly JWK[];
}

/**
 * What is to be written, given what is kept: a key of 30 days is replaced, and its public half stays published for
 * what it has signed last. Nothing where all is well. A key without `iat` is as old as its file.
 */
export function dueAssertionKeys(
  kept: KeptAssertionKeys,
  { now, fileMadeAt, fresh }: { now: number; fileMadeAt: number; fresh: AssertionKey },
): KeptAssertionKeys | undefined {
  const { signing, published } = kept;
  if (now - (signing.iat ?? fileMadeAt) >= DUE_SECONDS)
    return { signing: fresh, published: [publicHalf(fresh), publicHalf(signing)] };
  if (published.some(({ kid }) => kid === signing.kid)) return undefined;
  return { signing, published: [publicHalf(signing), ...published] };
}

/** The Ed25519 key of admin's assertions, and the set of public keys for those it asks; made, or replaced when due. */
export async function provideAssertionKeys(
  keyFile: string,
  jwksFile: string,
  now = Math.floor(Date.now() / 1000),
): Promise<void> {
  const signing = readKept(keyFile) as AssertionKey | undefined;
  const { keys = [] } = (readKept(jwksFile) ?? {}) as { keys?: JWK[] };
  const fresh = await newKey(now);
  const due = signing
    ? dueAssertionKeys({ signing, published: keys }, { now, fileMadeAt: madeAt(keyFile), fresh })
    : { signing: fresh, published: [publicHalf(fresh)] };
  if (!due) return;
  // Published before it signs: a start killed in between leaves a set that still knows the key in use.
  writePrivately(jwksFile, JSON.stringify({ keys: due.published }));
  if (due.signing !== signing) writePrivately(keyFile, JSON.stringify(due.signing));
}

async function newKey(now: number): Promise<AssertionKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = randomBytes(8).toString('hex');
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig', iat: now };
}

function readKept(file: string): unknown {
  try {
    return readJson(file);
  } catch {
    throw new StartError(`${file} is damaged. Delete it: the next start makes it anew.`);
  }
}

function publicHalf(key: JWK): JWK {
  const { d: _, ...rest } = key;
  return rest;
}

function madeAt(file: string): number {
  return Math.floor(statSync(file).mtimeMs / 1000);
}
