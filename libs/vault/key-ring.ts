import { createSecretKey, type KeyObject } from 'node:crypto';
import { keyLength } from './authenticated-cipher.js';
import { VaultError } from './vault-error.js';

const kekIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** The keys of one key file: every KEK still needed to open, the one that wraps, and the fingerprint key. */
export class KeyRing {
  readonly #keks: ReadonlyMap<string, KeyObject>;

  private constructor(
    readonly activeKekId: string,
    keks: ReadonlyMap<string, KeyObject>,
    readonly fingerprintKey: KeyObject,
  ) {
    this.#keks = keks;
  }

  /** Reads `{ active, keks: { <id>: base64 }, fingerprint_key }`; `source` names the file in the error. */
  static parse(json: string, source: string): KeyRing {
    const malformed = (fault: string) =>
      new VaultError(
        'key-file-malformed',
        `The vault key file ${source} ${fault}. Restore it from your backup; an edited or cut-off file opens nothing.`,
      );
    const file = parseObject(json);
    if (!file) throw malformed('is not a JSON object');
    const unknown = Object.keys(file).find((name) => !['active', 'keks', 'fingerprint_key'].includes(name));
    if (unknown !== undefined) throw malformed('has members besides "active", "keks" and "fingerprint_key"');
    const keks = new Map<string, KeyObject>();
    for (const [id, value] of Object.entries(isRecord(file.keks) ? file.keks : {})) {
      const key = parseKey(value);
      if (!kekIdPattern.test(id))
        throw malformed('has a key id other than 1-64 letters, digits, ".", "_", "-"');
      if (!key) throw malformed(`has a key "${id}" that is not ${keyLength} bytes in base64`);
      keks.set(id, key);
    }
    if (typeof file.active !== 'string' || !keks.has(file.active)) {
      throw malformed('names no "active" key that is among its "keks"');
    }
    const fingerprintKey = parseKey(file.fingerprint_key);
    if (!fingerprintKey) throw malformed(`has no "fingerprint_key" of ${keyLength} bytes in base64`);
    return new KeyRing(file.active, keks, fingerprintKey);
  }

  get kekIds(): readonly string[] {
    return [...this.#keks.keys()];
  }

  /** @throws VaultError `unknown-kek`. */
  kek(id: string): KeyObject {
    const key = this.#keks.get(id);
    if (key) return key;
    throw new VaultError(
      'unknown-kek',
      `A workspace key was wrapped by the key "${id}", which the vault key file does not hold. ` +
        'Put that key back into the file; it may be dropped only after every workspace key was re-wrapped.',
    );
  }
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    // JSON.parse quotes what it could not read, and that is key material.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseKey(value: unknown): KeyObject | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  // Buffer skips characters that are not base64, so a damaged key would pass unless it is compared.
  if (bytes.length !== keyLength || bytes.toString('base64') !== value) return undefined;
  return createSecretKey(bytes);
}
