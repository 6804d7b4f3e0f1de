import { Logger } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** Port: the Redis client that replicas share their counts through (ioredis). */
export abstract class RateLimitStore {
  abstract readonly client: unknown;
}

interface Window {
  /** Taken here since the last exchange with the others. */
  pending: number;
  remaining: number;
  resetsAt: number;
  /** Already handed to the next exchange. */
  queued: boolean;
}

export interface RateLimitState {
  allowed: boolean;
  remaining: number;
  resetSeconds: number;
}

const windowSeconds = 60;
const exchangeEveryMs = 250;

/**
 * A limit over all replicas that costs a request no round trip: counted in the process, exchanged with the others
 * every 250 ms, so that a limit may be passed by what arrives in that time. Without Redis each process counts alone.
 */
export class RateLimit {
  private readonly windows = new Map<string, Window>();
  private readonly limiter: RateLimiterAbstract;
  private readonly logger = new Logger(RateLimit.name);
  private queue: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sweptAt = Date.now();

  constructor(
    readonly name: string,
    readonly limit: number,
    store: RateLimitStore | undefined,
  ) {
    const options = { keyPrefix: `evergrant:limit:${name}`, points: limit, duration: windowSeconds };
    const inProcess = new RateLimiterMemory(options);
    this.limiter = store
      ? new RateLimiterRedis({ ...options, storeClient: store.client, insuranceLimiter: inProcess })
      : inProcess;
  }

  get policy(): string {
    return `"${this.name}";q=${this.limit};w=${windowSeconds}`;
  }

  /** Counts one and says whether it is allowed. */
  take(key: string): RateLimitState {
    const now = Date.now();
    const window = this.windowOf(key, now);
    window.pending += 1;
    window.remaining -= 1;
    if (!window.queued) this.enqueue(key, window);
    return stateOf(window, now);
  }

  /** Says whether one more would be allowed, without counting. */
  peek(key: string): RateLimitState {
    const now = Date.now();
    const window = this.windows.get(key);
    return window && window.resetsAt > now
      ? stateOf(window, now)
      : { allowed: true, remaining: this.limit, resetSeconds: windowSeconds };
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private windowOf(key: string, now: number): Window {
    const known = this.windows.get(key);
    if (known && known.resetsAt > now) return known;
    const fresh = { pending: 0, remaining: this.limit, resetsAt: now + windowSeconds * 1_000, queued: false };
    this.windows.set(key, fresh);
    this.sweep(now);
    return fresh;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < windowSeconds * 1_000) return;
    this.sweptAt = now;
    for (const [key, window] of this.windows) if (window.resetsAt <= now) this.windows.delete(key);
  }

  private enqueue(key: string, window: Window): void {
    window.queued = true;
    this.queue.push(key);
    this.timer ??= setTimeout(() => void this.exchange(), exchangeEveryMs).unref();
  }

  private async exchange(): Promise<void> {
    const keys = this.queue;
    this.queue = [];
    this.timer = undefined;
    await Promise.all(keys.map((key) => this.exchangeOne(key)));
  }

  private async exchangeOne(key: string): Promise<void> {
    const window = this.windows.get(key);
    if (!window) return;
    const { pending } = window;
    window.pending = 0;
    window.queued = false;
    try {
      const shared = await this.limiter.penalty(key, pending);
      window.remaining = this.limit - shared.consumedPoints - window.pending;
      window.resetsAt = Date.now() + Math.max(shared.msBeforeNext, 0);
    } catch (error) {
      this.logger.debug({ err: error, limit: this.name });
    }
  }
}

function stateOf({ remaining, resetsAt }: Window, now: number): RateLimitState {
  return {
    allowed: remaining >= 0,
    remaining: Math.max(remaining, 0),
    resetSeconds: Math.max(1, Math.ceil((resetsAt - now) / 1_000)),
  };
}
