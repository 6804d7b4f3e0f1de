import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import { dueAssertionKeys, provideAssertionKeys, type AssertionKey } from './assertion-keys.js';

const day = 86_400;
const now = 1_800_000_000;
const key = (kid: string, iat?: number): AssertionKey => ({
  kty: 'OKP',
  kid,
  x: `x-of-${kid}`,
  d: `d-of-${kid}`,
  ...(iat === undefined ? {} : { iat }),
});
const fresh = key('fresh', now);

describe('which assertion keys are due', () => {
  const due = (signing: AssertionKey, published = [signing.kid], fileMadeAt = now) =>
    dueAssertionKeys({ signing, published: published.map((kid) => ({ kid })) }, { now, fileMadeAt, fresh });

  it('none, for 30 days', () => {
    expect(due(key('young', now - 30 * day + 1))).toBeUndefined();
  });

  it('a new one after 30 days; the former one’s public half stays published, and nothing older', () => {
    const former = key('former', now - 30 * day);
    const { signing, published = [] } = due(former, ['former', 'long-gone']) ?? {};
    expect(signing).toBe(fresh);
    expect(published.map(({ kid }) => kid)).toEqual(['fresh', 'former']);
    expect(published.map(({ x }) => x)).toEqual(['x-of-fresh', 'x-of-former']);
    expect(JSON.stringify(published)).not.toContain('d-of-');
  });

  it('by the age of its file, of a key that tells no age', () => {
    expect(due(key('old'), ['old'], now - 30 * day)?.signing).toBe(fresh);
    expect(due(key('old'), ['old'], now - 30 * day + 1)).toBeUndefined();
  });

  it('its public half, where the set lacks it; what else is published stays', () => {
    const signing = key('young', now);
    const { signing: still, published = [] } = due(signing, ['former']) ?? {};
    expect(still).toBe(signing);
    expect(published.map(({ kid }) => kid)).toEqual(['young', 'former']);
    expect(published[0]).not.toHaveProperty('d');
  });
});

describe('the files of the assertion keys', () => {
  let folder: string;
  let keyFile: string;
  let jwksFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evergrant-assertion-'));
    [keyFile, jwksFile] = [join(folder, 'key.json'), join(folder, 'jwks.json')];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  const sign = async (): Promise<string> => {
    const jwk = read(keyFile) as JWK;
    const header = { alg: 'EdDSA', kid: jwk.kid ?? '' };
    return new SignJWT({}).setProtectedHeader(header).sign(await importJWK(jwk, 'EdDSA'));
  };
  const isGood = (token: string): Promise<boolean> =>
    jwtVerify(token, createLocalJWKSet(read(jwksFile) as JSONWebKeySet)).then(
      () => true,
      () => false,
    );

  it('are made once, for their owner alone, and left alone while the key is young', async () => {
    await provideAssertionKeys(keyFile, jwksFile, now);
    const made = [read(keyFile), read(jwksFile)];
    for (const file of [keyFile, jwksFile]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await isGood(await sign())).toBe(true);
    await provideAssertionKeys(keyFile, jwksFile, now + 30 * day - 1);
    expect([read(keyFile), read(jwksFile)]).toEqual(made);
  });

  it('know what the former key has signed, until the next one is replaced', async () => {
    await provideAssertionKeys(keyFile, jwksFile, now);
    const first = await sign();
    await provideAssertionKeys(keyFile, jwksFile, now + 30 * day);
    const second = await sign();
    expect([await isGood(first), await isGood(second)]).toEqual([true, true]);
    await provideAssertionKeys(keyFile, jwksFile, now + 60 * day);
    expect([await isGood(first), await isGood(second), await isGood(await sign())]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('of an earlier version, without an age, are replaced when the file is old', async () => {
    await provideAssertionKeys(keyFile, jwksFile, now);
    const { iat: _, ...old } = read(keyFile) as AssertionKey;
    writeFileSync(keyFile, JSON.stringify(old));
    utimesSync(keyFile, now, now);
    const first = await sign();
    await provideAssertionKeys(keyFile, jwksFile, now + 30 * day);
    expect((read(keyFile) as AssertionKey).kid).not.toBe(old.kid);
    expect(await isGood(first)).toBe(true);
  });
});
