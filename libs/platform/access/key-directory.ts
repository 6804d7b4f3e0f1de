/** An API key as it was found. */
export interface FoundApiKey {
  id: string;
  name: string;
  workspace: string;
  scopes: readonly string[];
}

/** Port: finds API keys by SHA-256. Expired and revoked ones are not found; nothing is cached. */
export abstract class KeyDirectory {
  abstract find(keyHash: Buffer): Promise<FoundApiKey | undefined>;
}
