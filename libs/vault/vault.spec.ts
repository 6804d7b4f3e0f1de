import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyProvider } from './file-key-provider.js';
import { createKeyFile } from './key-file.js';
import type { WrappedKey } from './key-provider.js';
import { KeyRing } from './key-ring.js';
import { openVault, Vault, type WorkspaceKeyStore } from './vault.js';

const token = { connection: 'con_1', slot: 'default', generation: 1 };
const base64Key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

function ringOf(active: string, ids: Record<string, number>): KeyRing {
  const keks = Object.fromEntries(Object.entries(ids).map(([id, fill]) => [id, base64Key(fill)]));
  return KeyRing.parse(JSON.stringify({ active, keks, fingerprint_key: base64Key(99) }), 'test');
}

/** What a table with a primary key on the workspace does, with a pause before each answer. */
class MemoryStore implements WorkspaceKeyStore {
  readonly rows = new Map<string, WrappedKey>();
  finds = 0;
  offered = 0;

  async find(workspace: string): Promise<WrappedKey | undefined> {
    this.finds++;
    await pause();
    return this.rows.get(workspace);
  }

  async insert(workspace: string, key: WrappedKey): Promise<void> {
    this.offered++;
    await pause();
    if (!this.rows.has(workspace)) this.rows.set(workspace, key);
  }
}

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

function vaultOver(
  store: WorkspaceKeyStore,
  ring = ringOf('k1', { k1: 1 }),
  maxCachedWorkspaces?: number,
): Vault {
  const provider = new FileKeyProvider(ring);
  return new Vault({ provider, store, fingerprintKey: ring.fingerprintKey, maxCachedWorkspaces });
}

describe('a workspace key', () => {
  it('is made on first use and found again by another process', async () => {
    const store = new MemoryStore();
    const sealed = (await vaultOver(store).cipherFor('ws')).seal(token, 'rt-1');
    expect((await vaultOver(store).cipherFor('ws')).open(token, sealed).toString()).toBe('rt-1');
    expect(store.offered).toBe(1);
  });

  it('is the first one stored when two processes race; the loser uses the winner’s', async () => {
    const store = new MemoryStore();
    const [one, two] = await Promise.all([
      vaultOver(store).cipherFor('ws'),
      vaultOver(store).cipherFor('ws'),
    ]);
    expect(store.offered).toBe(2);
    expect(two.open(token, one.seal(token, 'rt-1')).toString()).toBe('rt-1');
    expect(one.open(token, two.seal(token, 'rt-2')).toString()).toBe('rt-2');
    const later = await vaultOver(store).cipherFor('ws');
    expect(later.open(token, one.seal(token, 'rt-1')).toString()).toBe('rt-1');
  });

  it('is loaded once for any number of concurrent callers, then kept', async () => {
    const store = new MemoryStore();
    await vaultOver(store).cipherFor('ws');
    store.finds = 0;
    const vault = vaultOver(store);
    const ciphers = await Promise.all(Array.from({ length: 50 }, () => vault.cipherFor('ws')));
    expect(new Set(ciphers).size).toBe(1);
    await vault.cipherFor('ws');
    expect(store.finds).toBe(1);
  });

  it('answers every waiting caller even when the cache holds fewer workspaces than are loading', async () => {
    const vault = vaultOver(new MemoryStore(), undefined, 1);
    const names = Array.from({ length: 8 }, (_, index) => `ws_${index}`);
    const ciphers = await Promise.all(names.map((workspace) => vault.cipherFor(workspace)));
    expect(ciphers.map((cipher) => cipher.workspace)).toEqual(names);
  });

  it('is asked for again after a failure, which is not kept', async () => {
    const store = new MemoryStore();
    const vault = vaultOver(store);
    const find = store.find.bind(store);
    store.find = () => Promise.reject(new Error('database gone'));
    await expect(vault.cipherFor('ws')).rejects.toThrow('database gone');
    store.find = find;
    await expect(vault.cipherFor('ws')).resolves.toBeDefined();
  });

  it('is read from the store again once forgotten', async () => {
    const store = new MemoryStore();
    const vault = vaultOver(store);
    const sealed = (await vault.cipherFor('ws')).seal(token, 'rt-1');
    store.rows.delete('ws');
    vault.forget('ws');
    const successor = await vault.cipherFor('ws');
    expect(() => successor.open(token, sealed)).toThrow(expect.objectContaining({ code: 'tampered' }));
  });

  it('does not open for another workspace when rows are swapped', async () => {
    const store = new MemoryStore();
    await vaultOver(store).cipherFor('ws_a');
    store.rows.set('ws_b', store.rows.get('ws_a')!);
    await expect(vaultOver(store).cipherFor('ws_b')).rejects.toMatchObject({ code: 'key-mismatch' });
  });

  it('does not open with another installation’s key of the same name, nor renamed, nor damaged', async () => {
    const store = new MemoryStore();
    await vaultOver(store).cipherFor('ws');
    await expect(vaultOver(store, ringOf('k1', { k1: 2 })).cipherFor('ws')).rejects.toMatchObject({
      code: 'key-mismatch',
    });
    const row = store.rows.get('ws')!;
    store.rows.set('ws', { ...row, kekId: 'k2' });
    const sameKeyTwice = ringOf('k1', { k1: 1, k2: 1 });
    await expect(vaultOver(store, sameKeyTwice).cipherFor('ws')).rejects.toMatchObject({
      code: 'key-mismatch',
    });
    store.rows.set('ws', { ...row, wrapped: row.wrapped.subarray(0, 5) });
    await expect(vaultOver(store).cipherFor('ws')).rejects.toMatchObject({ code: 'key-mismatch' });
  });

  it('names the missing KEK when the key file no longer holds it', async () => {
    const store = new MemoryStore();
    await vaultOver(store).cipherFor('ws');
    const refusal = vaultOver(store, ringOf('k2', { k2: 2 })).cipherFor('ws');
    await expect(refusal).rejects.toMatchObject({
      code: 'unknown-kek',
      message: expect.stringContaining('"k1"'),
    });
  });

  it('says so when a store accepts it and does not keep it', async () => {
    const store = new MemoryStore();
    store.insert = async () => {};
    await expect(vaultOver(store).cipherFor('ws')).rejects.toMatchObject({ code: 'workspace-key-missing' });
  });
});

describe('rotating the KEK', () => {
  it('re-wraps the workspace key and touches no sealed value', async () => {
    const store = new MemoryStore();
    const sealed = (await vaultOver(store, ringOf('k1', { k1: 1 })).cipherFor('ws')).seal(token, 'rt-1');

    const rotating = vaultOver(store, ringOf('k2', { k1: 1, k2: 2 }));
    const rewrapped = await rotating.rewrap('ws', store.rows.get('ws')!);
    expect(rewrapped.kekId).toBe('k2');
    store.rows.set('ws', rewrapped);

    const afterwards = vaultOver(store, ringOf('k2', { k2: 2 }));
    expect((await afterwards.cipherFor('ws')).open(token, sealed).toString()).toBe('rt-1');
  });

  it('leaves alone what is under the active KEK, so that it can be resumed', async () => {
    const store = new MemoryStore();
    const vault = vaultOver(store);
    await vault.cipherFor('ws');
    const row = store.rows.get('ws')!;
    expect(await vault.rewrap('ws', row)).toBe(row);
  });
});

describe('a fingerprint', () => {
  const vault = vaultOver(new MemoryStore());

  it('is the same for the same token, 32 bytes, and different for another', () => {
    expect(vault.fingerprint('token-1')).toHaveLength(32);
    expect(vault.fingerprint('token-1').equals(vault.fingerprint('token-1'))).toBe(true);
    expect(vault.fingerprint('token-1').equals(vault.fingerprint('token-2'))).toBe(false);
  });

  it('needs the key, so that a stolen table cannot be searched for a known token', () => {
    const ring = KeyRing.parse(
      JSON.stringify({ active: 'k1', keks: { k1: base64Key(1) }, fingerprint_key: base64Key(98) }),
      'test',
    );
    expect(vaultOver(new MemoryStore(), ring).fingerprint('t').equals(vault.fingerprint('t'))).toBe(false);
  });
});

describe('openVault', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vault-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('refuses to start without a key, and makes none', () => {
    const open = () => openVault(join(directory, 'none.json'), new MemoryStore());
    expect(open).toThrow(expect.objectContaining({ code: 'key-file-missing' }));
    expect(open).toThrow(expect.objectContaining({ code: 'key-file-missing' }));
  });

  it('seals and opens over a key file', async () => {
    const path = join(directory, 'vault.json');
    createKeyFile(path);
    const cipher = await openVault(path, new MemoryStore()).cipherFor('ws');
    expect(cipher.open(token, cipher.seal(token, 'rt-1')).toString()).toBe('rt-1');
  });
});
