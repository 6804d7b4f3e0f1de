import type { ProviderCatalogue } from '#providers';
import type { Vault } from '#vault';
import { KnownTokensService } from './known-tokens.service.js';

/** How often others had their turn while these were fingerprinted. */
async function turnsWhile(values: string[]): Promise<number> {
  const vault = { fingerprint: (value: string) => Buffer.from(value) } as unknown as Vault;
  const known = new KnownTokensService(vault, undefined as unknown as ProviderCatalogue);
  let turns = 0;
  let done = false;
  const others = () => {
    if (done) return;
    turns += 1;
    setImmediate(others);
  };
  setImmediate(others);
  const { count } = await known.fingerprintsOf(values);
  done = true;
  expect(count).toBe(values.length);
  return turns;
}

it('gives way by how much there is to do, not by how many values there are', async () => {
  const long = Array.from({ length: 50 }, (_, nth) => `${nth}`.padEnd(19_999, ','));
  expect(await turnsWhile(long)).toBeGreaterThanOrEqual(8);
  const short = Array.from({ length: 2_000 }, (_, nth) => `short-${nth}`);
  expect(await turnsWhile(short)).toBeGreaterThanOrEqual(3);
});
