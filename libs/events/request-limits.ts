import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { Semaphore } from 'redis-semaphore';
import type { RedisConnections } from './redis-connections.js';

export interface RequestLimit {
  /** Whose: a provider or an integration. */
  key: string;
  /** Requests at once. */
  concurrency?: number;
  requestsPerSecond?: number;
}

export type Permit = { granted: true; release: () => void } | { granted: false; waitMs: number };

const prefix = 'evergrant:limit';
/** A worker that dies gives its place back after this. */
const holdMs = 60_000;
const placeWaitMs = 250;

/** How many requests, and how many at once, over all workers. Without Redis each worker keeps to the rate by itself. */
export class RequestLimits {
  private readonly limiters = new Map<string, RateLimiterRedis>();

  constructor(private readonly connections: RedisConnections) {}

  /** A permit under every limit given, or how long to wait before asking again. */
  async acquire(limits: readonly RequestLimit[]): Promise<Permit> {
    const places: Semaphore[] = [];
    const release = () => places.forEach((place) => void place.release().catch(() => undefined));
    for (const { key, concurrency, requestsPerSecond } of limits) {
      const waitMs =
        (concurrency !== undefined && !(await this.takePlace(key, concurrency, places)) && placeWaitMs) ||
        (requestsPerSecond !== undefined && (await this.waitOf(key, requestsPerSecond)));
      if (!waitMs) continue;
      release();
      return { granted: false, waitMs };
    }
    return { granted: true, release };
  }

  private async takePlace(key: string, limit: number, places: Semaphore[]): Promise<boolean> {
    if (!this.connections.isReady) return true;
    const place = new Semaphore(this.connections.commands, `${prefix}:places:${key}`, limit, {
      lockTimeout: holdMs,
      refreshInterval: holdMs / 3,
      acquireAttemptsLimit: 1,
      onLockLost: () => undefined,
    });
    const taken = await place.tryAcquire().catch(() => undefined);
    if (taken) places.push(place);
    return taken !== false;
  }

  /** 0 where a request may go now. */
  private async waitOf(key: string, perSecond: number): Promise<number> {
    try {
      await this.limiterOf(key, perSecond).consume(key);
      return 0;
    } catch (refused) {
      return Math.max(1, (refused as RateLimiterRes).msBeforeNext ?? 0);
    }
  }

  private limiterOf(key: string, perSecond: number): RateLimiterRedis {
    const name = `${key} ${perSecond}`;
    const known = this.limiters.get(name);
    if (known) return known;
    // Less than one a second is one in so many.
    const window = { points: Math.max(1, Math.floor(perSecond)), duration: Math.max(1, 1 / perSecond) };
    const limiter = new RateLimiterRedis({
      storeClient: this.connections.commands,
      keyPrefix: `${prefix}:rate`,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(window),
      ...window,
    });
    this.limiters.set(name, limiter);
    return limiter;
  }
}
