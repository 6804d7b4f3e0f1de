import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { CachedKeySet } from './cached-key-set.js';

const jwkOf = async (kid: string): Promise<JWK> => {
  const { publicKey } = await generateKeyPair('ES256');
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
};
const [first, second] = [await jwkOf('k1'), await jwkOf('k2')];

let now: number;
let loads: number;
let answer: () => Promise<{ keys: JWK[] }>;
let keys: CachedKeySet;

beforeEach(() => {
  [now, loads] = [0, 0];
  answer = async () => ({ keys: [first] });
  const load = () => {
    loads += 1;
    return answer();
  };
  keys = new CachedKeySet(load, { now: () => now });
});

const find = (kid = 'k1') => keys.find({ alg: 'ES256', kid }, { payload: '', signature: '' });

it('loads once for all who ask at once, and not again for ten minutes', async () => {
  await Promise.all([find(), find(), find()]);
  now = 599_999;
  await find();
  expect(loads).toBe(1);
  now = 600_000;
  await find();
  expect(loads).toBe(2);
});

it('looks for a key that it does not have, but at most every 30 seconds', async () => {
  await find();
  answer = async () => ({ keys: [second] });
  now = 29_999;
  await expect(find('k2')).rejects.toThrow('no applicable key');
  expect(loads).toBe(1);
  now = 30_000;
  await expect(find('k2')).resolves.toBeDefined();
  await expect(find('k3')).rejects.toThrow('no applicable key');
  expect(loads).toBe(2);
});

it('keeps no key that its issuer has withdrawn for longer than ten minutes', async () => {
  await find();
  answer = async () => ({ keys: [second] });
  now = 600_000;
  await expect(find('k1')).rejects.toThrow('no applicable key');
});

it('gives out what it has while its issuer is gone, and then fails without asking again for five seconds', async () => {
  await find();
  answer = () => Promise.reject(new Error('down'));
  now = 599_999;
  await find();
  now = 600_000;
  await expect(find()).rejects.toThrow('down');
  now = 604_999;
  await expect(find()).rejects.toThrow('down');
  expect(loads).toBe(2);
  now = 605_000;
  answer = async () => ({ keys: [first] });
  await find();
  expect(loads).toBe(3);
});

it('takes nothing that is no key set', async () => {
  answer = async () => ({ keys: 'none' }) as never;
  await expect(find()).rejects.toThrow();
});
