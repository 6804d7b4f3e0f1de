/** An API key as it was found. */
export interface FoundApiKey {
  id: string;
  name: string;
  workspace: string;
  scopes: readonly string[];
  /** Its workspace is suspended. */
  suspended?: boolean;
  expiresAt?: Date | null;
  /** Networks that it may be used from; null or absent: from anywhere. */
  allowedAddresses?: readonly string[] | null;
  /** The person that answers for it. */
  person?: string | null;
}

/** Port: finds API keys by SHA-256. Expired and revoked ones are not found; nothing is cached. */
export abstract class KeyDirectory {
  abstract find(keyHash: Buffer): Promise<FoundApiKey | undefined>;
  /** Remembers that a key was used; must neither throw nor keep the answer waiting. */
  used(_key: FoundApiKey): void {}
}
