import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, loadKeyFile } from './key-file.js';
import { VaultError } from './vault-error.js';

const directory = mkdtempSync(join(tmpdir(), 'vault-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
const freshPath = () => join(directory, `vault-${++files}.json`);
const base64Key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

function written(content: unknown, mode = 0o600): string {
  const path = freshPath();
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

function refusal(attempt: () => unknown): VaultError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('createKeyFile', () => {
  it('makes a file that loads, readable by its owner alone, and leaves nothing beside it', () => {
    const inside = join(directory, 'alone');
    mkdirSync(inside);
    const path = join(inside, 'vault.json');
    const { kekId } = createKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(inside)).toEqual(['vault.json']);
    const ring = loadKeyFile(path);
    expect(ring.activeKekId).toBe(kekId);
    expect(ring.kekIds).toEqual([kekId]);
    expect(ring.fingerprintKey.equals(ring.kek(kekId))).toBe(false);
  });

  it('never replaces a key file', () => {
    const path = freshPath();
    createKeyFile(path);
    const before = readFileSync(path);
    expect(refusal(() => createKeyFile(path)).code).toBe('key-file-exists');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(directory).filter((name) => name.startsWith(`${path.split('/').at(-1)}.`))).toEqual(
      [],
    );
  });
});

describe('loadKeyFile', () => {
  it('says where it looked and what to do when there is no file', () => {
    const error = refusal(() => loadKeyFile('/nowhere/vault.json'));
    expect(error.code).toBe('key-file-missing');
    expect(error.message).toMatch(/\/nowhere\/vault\.json.*VAULT_KEY_FILE/);
  });

  it('refuses a directory', () => {
    expect(refusal(() => loadKeyFile(directory)).code).toBe('key-file-unreadable');
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o660, 0o601])(
    'refuses mode %o and says how to mend it',
    (mode) => {
      const path = written({ active: 'a', keks: { a: base64Key(1) }, fingerprint_key: base64Key(2) }, mode);
      const error = refusal(() => loadKeyFile(path));
      expect(error.code).toBe('key-file-permissions');
      expect(error.message).toContain(`chmod 600 ${path}`);
    },
  );

  it.each([0o600, 0o400])('accepts mode %o', (mode) => {
    const path = written({ active: 'a', keks: { a: base64Key(1) }, fingerprint_key: base64Key(2) }, mode);
    expect(loadKeyFile(path).activeKekId).toBe('a');
  });

  it('holds several keys, one of them active', () => {
    const path = written({
      active: 'new',
      keks: { old: base64Key(1), new: base64Key(3) },
      fingerprint_key: base64Key(2),
    });
    const ring = loadKeyFile(path);
    expect(ring.activeKekId).toBe('new');
    expect(ring.kek('old').export()).toEqual(Buffer.alloc(32, 1));
    expect(refusal(() => ring.kek('gone')).code).toBe('unknown-kek');
  });

  const whole = { active: 'a', keks: { a: base64Key(1) }, fingerprint_key: base64Key(2) };
  it.each<[string, unknown]>([
    ['an empty file', ''],
    ['a file cut off in the middle of a key', JSON.stringify(whole).slice(0, 40)],
    ['a list', []],
    ['no keys', { ...whole, keks: {} }],
    ['an active key that is not there', { ...whole, active: 'b' }],
    ['an active key named like a member of every object', { ...whole, active: 'constructor' }],
    ['a key that is too short', { ...whole, keks: { a: 'c2hvcnQ=' } }],
    ['a key with a damaged character', { ...whole, keks: { a: base64Key(1).replace('A', '*') } }],
    ['a key id with a space', { ...whole, active: 'a b', keks: { 'a b': base64Key(1) } }],
    ['no fingerprint key', { active: 'a', keks: whole.keks }],
    ['a member nobody knows', { ...whole, extra: 'c2VjcmV0' }],
  ])('refuses %s and quotes nothing of it', (_fault, content) => {
    const path = written(content);
    const error = refusal(() => loadKeyFile(path));
    expect(error.code).toBe('key-file-malformed');
    expect(error.message).toContain(path);
    expect(error.message).not.toMatch(/AQEB|AgIC|c2hv|c2Vj/);
    expect(error.cause).toBeUndefined();
  });
});
