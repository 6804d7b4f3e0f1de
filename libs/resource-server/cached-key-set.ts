import { createLocalJWKSet, errors, type JWK, type JWTVerifyGetKey } from 'jose';

interface Held {
  keySet: ReturnType<typeof createLocalJWKSet>;
  loadedAt: number;
}

export interface CachedKeySetOptions {
  /** Ten minutes unless told. */
  maxAgeMs?: number;
  /** How soon a key that is not in it lets it be loaded again; 30 s unless told. */
  reloadAfterMs?: number;
  /** How soon after a failure it is tried again; 5 s unless told. */
  retryAfterMs?: number;
  now?: () => number;
}

/**
 * An issuer's keys, loaded when they are needed and kept for some minutes. However many tokens come, an issuer is asked
 * once at a time, seldom for keys that it does not have, and not while it has just failed.
 */
export class CachedKeySet {
  readonly #load: () => Promise<{ keys: JWK[] }>;
  readonly #options: Required<CachedKeySetOptions>;
  #held: Held | undefined;
  #loading: Promise<Held> | undefined;
  #failure: { error: unknown; at: number } | undefined;

  constructor(load: () => Promise<{ keys: JWK[] }>, options: CachedKeySetOptions = {}) {
    this.#load = load;
    this.#options = {
      maxAgeMs: 600_000,
      reloadAfterMs: 30_000,
      retryAfterMs: 5_000,
      now: Date.now,
      ...options,
    };
  }

  /** The key of a token, as jose asks for it. @throws what `load` throws */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { maxAgeMs, reloadAfterMs, now } = this.#options;
    const held = this.#held && now() - this.#held.loadedAt < maxAgeMs ? this.#held : await this.#reload();
    try {
      return await held.keySet(header, token);
    } catch (error) {
      const mayBeNew = error instanceof errors.JWKSNoMatchingKey && now() - held.loadedAt >= reloadAfterMs;
      if (!mayBeNew) throw error;
      return (await this.#reload()).keySet(header, token);
    }
  };

  #reload(): Promise<Held> {
    const { retryAfterMs, now } = this.#options;
    const failure = this.#failure;
    if (failure && now() - failure.at < retryAfterMs) return Promise.reject(failure.error);
    this.#loading ??= this.#loadNow().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #loadNow(): Promise<Held> {
    try {
      const held = { keySet: createLocalJWKSet(await this.#load()), loadedAt: this.#options.now() };
      this.#held = held;
      this.#failure = undefined;
      return held;
    } catch (error) {
      this.#failure = { error, at: this.#options.now() };
      throw error;
    }
  }
}
