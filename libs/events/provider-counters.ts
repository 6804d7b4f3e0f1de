import type { ProviderCounts } from '#oauth';
import type { RedisConnections } from './redis-connections.js';

const prefix = 'evergrant:provider-counts';
const windowMinutes = 5;

/** How providers' token requests ended, by the minute, over all workers. A hint: losing it costs a late alarm. */
export class ProviderCounters {
  constructor(private readonly connections: RedisConnections) {}

  /** Adds what one worker saw since it last did, and answers the last five minutes of all. */
  async exchange(provider: string, seen: ProviderCounts, nowMs = Date.now()): Promise<ProviderCounts> {
    const minute = Math.floor(nowMs / 60_000);
    const pipeline = this.connections.commands.pipeline();
    const key = `${prefix}:${provider}:${minute}`;
    for (const [kind, count] of Object.entries(seen))
      if (count !== 0) pipeline.hincrby(key, kind, count as number);
    pipeline.expire(key, (windowMinutes + 1) * 60);
    for (let back = 0; back < windowMinutes; back++)
      pipeline.hgetall(`${prefix}:${provider}:${minute - back}`);
    const answers = (await pipeline.exec()) ?? [];
    const sum: ProviderCounts = { refreshed: 0, refused: 0, failed: 0 };
    for (const [, counts] of answers.slice(-windowMinutes))
      for (const [kind, count] of Object.entries((counts ?? {}) as Record<string, string>))
        if (kind in sum) sum[kind as keyof ProviderCounts] += Number(count);
    return sum;
  }

  /** An incident is over: what led to it must not open the next. */
  async forget(provider: string, nowMs = Date.now()): Promise<void> {
    const minute = Math.floor(nowMs / 60_000);
    const keys = Array.from(
      { length: windowMinutes + 1 },
      (_, back) => `${prefix}:${provider}:${minute - back}`,
    );
    await this.connections.commands.del(...keys);
  }
}
