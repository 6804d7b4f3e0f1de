import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, ivLength } from './authenticated-cipher.js';
import { workspaceKeyAad } from './binding.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';
import type { KeyRing } from './key-ring.js';
import { VaultError } from './vault-error.js';

/** Wraps workspace keys with the KEKs of a key file: IV 12, then ciphertext and tag. */
export class FileKeyProvider implements KeyProvider {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  get activeKekId(): string {
    return this.#ring.activeKekId;
  }

  async wrap(workspace: string, key: Buffer): Promise<WrappedKey> {
    const kekId = this.activeKekId;
    const iv = randomBytes(ivLength);
    const sealed = encrypt(this.#ring.kek(kekId), iv, workspaceKeyAad(workspace, kekId), key);
    return { kekId, wrapped: Buffer.concat([iv, sealed]) };
  }

  async unwrap(workspace: string, kekId: string, wrapped: Buffer): Promise<Buffer> {
    const kek = this.#ring.kek(kekId);
    const iv = wrapped.subarray(0, ivLength);
    const key =
      iv.length === ivLength
        ? decrypt(kek, iv, workspaceKeyAad(workspace, kekId), wrapped.subarray(ivLength))
        : undefined;
    if (key) return key;
    throw new VaultError(
      'key-mismatch',
      `The key of workspace ${workspace} does not open with "${kekId}" of the vault key file: ` +
        'the file is another installation’s, or the stored key was changed or belongs to another workspace.',
    );
  }
}
