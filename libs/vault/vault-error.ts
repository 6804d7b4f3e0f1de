/** Why the vault refused; the whole list, so that callers can switch over it. */
export type VaultErrorCode =
  | 'key-file-missing'
  | 'key-file-unreadable'
  | 'key-file-permissions'
  | 'key-file-malformed'
  | 'key-file-exists'
  | 'unknown-kek'
  | 'key-mismatch'
  | 'workspace-key-missing'
  | 'tampered'
  | 'format-unknown'
  | 'binding-invalid';

/** The only error this library throws. Its message never holds a key or a plaintext, and it has no cause that could. */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  constructor(
    readonly code: VaultErrorCode,
    message: string,
  ) {
    super(message);
  }
}
