import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { keyLength } from './authenticated-cipher.js';
import { FileKeyProvider } from './file-key-provider.js';
import { loadKeyFile } from './key-file.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';
import { VaultError } from './vault-error.js';
import { WorkspaceCipher } from './workspace-cipher.js';

/** Where wrapped workspace keys live. A row is written once; only a re-wrap replaces it. */
export interface WorkspaceKeyStore {
  find(workspace: string): Promise<WrappedKey | undefined>;
  /** The first one wins: does nothing where the workspace has a key. Committed before it resolves. */
  insert(workspace: string, key: WrappedKey): Promise<void>;
}

export interface VaultOptions {
  provider: KeyProvider;
  store: WorkspaceKeyStore;
  fingerprintKey: KeyObject;
  /** Workspaces whose key is kept in memory; 10 000 unless told. */
  maxCachedWorkspaces?: number;
}

/** Opens the vault over a key file; for the start of a service. @throws VaultError with what to do about it. */
export function openVault(keyFile: string, store: WorkspaceKeyStore): Vault {
  const ring = loadKeyFile(keyFile);
  return new Vault({ provider: new FileKeyProvider(ring), store, fingerprintKey: ring.fingerprintKey });
}

/** Envelope encryption: a KEK wraps a workspace's key, which wraps a fresh data key for every sealed value. */
export class Vault {
  readonly #provider: KeyProvider;
  readonly #store: WorkspaceKeyStore;
  readonly #fingerprintKey: KeyObject;
  readonly #ciphers: LRUCache<string, WorkspaceCipher>;

  constructor({ provider, store, fingerprintKey, maxCachedWorkspaces = 10_000 }: VaultOptions) {
    this.#provider = provider;
    this.#store = store;
    this.#fingerprintKey = fingerprintKey;
    this.#ciphers = new LRUCache({
      max: maxCachedWorkspaces,
      fetchMethod: (workspace) => this.#loadCipher(workspace),
      // A load that the cache evicts while it runs still answers those who wait for it.
      ignoreFetchAbort: true,
    });
  }

  /** The cipher of a workspace, whose key is made on first use. Concurrent calls share one load; a failed one is not kept. */
  async cipherFor(workspace: string): Promise<WorkspaceCipher> {
    return this.#ciphers.get(workspace) ?? (await this.#ciphers.forceFetch(workspace));
  }

  /** HMAC-SHA-256 of a token, 32 bytes: finds the connection of a leaked value without decrypting anything. */
  fingerprint(token: string): Buffer {
    return createHmac('sha256', this.#fingerprintKey).update(token, 'utf8').digest();
  }

  /** The same workspace key under the active KEK; the very row that came in where it already is. */
  async rewrap(workspace: string, stored: WrappedKey): Promise<WrappedKey> {
    if (stored.kekId === this.#provider.activeKekId) return stored;
    const key = await this.#provider.unwrap(workspace, stored.kekId, stored.wrapped);
    try {
      return await this.#provider.wrap(workspace, key);
    } finally {
      key.fill(0);
    }
  }

  /** Drops a workspace's key from memory, for a workspace that was deleted. */
  forget(workspace: string): void {
    this.#ciphers.delete(workspace);
  }

  async #loadCipher(workspace: string): Promise<WorkspaceCipher> {
    const stored = (await this.#store.find(workspace)) ?? (await this.#createKey(workspace));
    const key = await this.#provider.unwrap(workspace, stored.kekId, stored.wrapped);
    try {
      return new WorkspaceCipher(workspace, createSecretKey(key));
    } finally {
      key.fill(0);
    }
  }

  /** Answers what the store holds afterwards, never what was offered: another process may have been first. */
  async #createKey(workspace: string): Promise<WrappedKey> {
    const key = randomBytes(keyLength);
    try {
      await this.#store.insert(workspace, await this.#provider.wrap(workspace, key));
    } finally {
      key.fill(0);
    }
    const winner = await this.#store.find(workspace);
    if (winner) return winner;
    throw new VaultError(
      'workspace-key-missing',
      `The key of workspace ${workspace} was stored and is not there: does the workspace exist?`,
    );
  }
}
