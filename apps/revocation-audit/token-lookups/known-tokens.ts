import { setImmediate } from 'node:timers/promises';
import { TokenFingerprintRepository, type LookedUpToken, type Transaction } from '#storage';
import type { Vault } from '#vault';
import { tokenCandidates } from './token-candidates.js';

/** Values by the fingerprints of all that they may stand for. The values themselves go no further than this. */
export interface Fingerprints {
  all: Buffer[];
  /** Of each fingerprint, the place of its value. */
  owners: number[];
  /** How many values there are. */
  count: number;
}

const atOnce = 500;

/** Gives way to other requests now and then: thousands of values are a tenth of a second of work. */
export async function fingerprintsOf(vault: Vault, values: readonly string[]): Promise<Fingerprints> {
  const found: Fingerprints = { all: [], owners: [], count: values.length };
  for (const [owner, value] of values.entries()) {
    if (owner > 0 && owner % atOnce === 0) await setImmediate();
    for (const candidate of tokenCandidates(value)) {
      found.all.push(vault.fingerprint(candidate));
      found.owners.push(owner);
    }
  }
  return found;
}

/** The workspace's token of each value, in one query however many there are; undefined where a value is not its own. */
export async function findKnown(
  tx: Transaction,
  { all, owners, count }: Fingerprints,
): Promise<(LookedUpToken | undefined)[]> {
  const found = Array.from<LookedUpToken | undefined>({ length: count });
  for (const token of await tx.get(TokenFingerprintRepository).lookUp(all))
    found[owners[token.position]!] ??= token;
  return found;
}
