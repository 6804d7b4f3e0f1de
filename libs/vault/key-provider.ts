/** A workspace key as it is stored: under which KEK, and the opaque bytes of the wrap. */
export interface WrappedKey {
  kekId: string;
  wrapped: Buffer;
}

/**
 * Holds the KEKs: a key file, or a KMS that never lets them out. Called once for each workspace and process, so that
 * a remote one is never on the path of a refresh. The wrap must bind workspace and KEK id (a KMS: encryption context).
 */
export interface KeyProvider {
  /** The KEK that wraps from now on; a stored key under another one waits to be re-wrapped. */
  readonly activeKekId: string;
  wrap(workspace: string, key: Buffer): Promise<WrappedKey>;
  /** @throws VaultError `unknown-kek` or `key-mismatch`. */
  unwrap(workspace: string, kekId: string, wrapped: Buffer): Promise<Buffer>;
}
