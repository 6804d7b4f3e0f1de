import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { keyLength } from './authenticated-cipher.js';
import { KeyRing } from './key-ring.js';
import { VaultError } from './vault-error.js';

/**
 * Reads the key file; for the start of a process. Refuses a file that others than its owner may touch.
 * @throws VaultError `key-file-missing`, `key-file-unreadable`, `key-file-permissions` or `key-file-malformed`.
 */
export function loadKeyFile(path: string): KeyRing {
  const descriptor = openToRead(path);
  try {
    // The open descriptor is checked, not the path, which could point elsewhere a moment later.
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      throw new VaultError('key-file-unreadable', `The vault key file ${path} is not a regular file.`);
    }
    const shared = status.mode & 0o077;
    if (shared !== 0 && process.platform !== 'win32') {
      throw new VaultError(
        'key-file-permissions',
        `The vault key file ${path} is open to others than its owner (mode ${octal(status.mode)}). ` +
          `Run: chmod 600 ${path}`,
      );
    }
    return KeyRing.parse(readFileSync(descriptor, 'utf8'), path);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a key file with one KEK and a fingerprint key, mode 0600, on disk when it returns. Never replaces a file.
 * @throws VaultError `key-file-exists`.
 */
export function createKeyFile(path: string): { kekId: string } {
  const kekId = `kek-${randomBytes(4).toString('hex')}`;
  const key = () => randomBytes(keyLength).toString('base64');
  const file = { active: kekId, keks: { [kekId]: key() }, fingerprint_key: key() };
  const draft = `${path}.${process.pid}.${kekId}`;
  writeDurably(draft, `${JSON.stringify(file, undefined, 2)}\n`);
  try {
    // A link appears whole or not at all and, unlike a rename, never replaces a key file that is there.
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new VaultError(
      'key-file-exists',
      `The vault key file ${path} exists already and is never replaced: what was sealed with it would be lost.`,
    );
  } finally {
    rmSync(draft);
  }
  syncDirectory(dirname(path));
  return { kekId };
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new VaultError(
        'key-file-missing',
        `There is no vault key file at ${path}. Point VAULT_KEY_FILE at this installation's key file, or restore it ` +
          'from your backup. Only a new installation may begin with a new one: nothing sealed before would open.',
      );
    }
    throw new VaultError(
      'key-file-unreadable',
      `The vault key file ${path} cannot be opened (${codeOf(error)}). Make it readable for the user this service runs as.`,
    );
  }
}

function writeDurably(path: string, content: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
