import type { CloudEvent } from './cloud-event.js';
import type { RedisConnections } from './redis-connections.js';

const STREAM = 'evergrant:events';
// Readers keep their cursors in Postgres, so the stream is a bell with some memory, not the record.
const KEEP_ABOUT = 10_000;

/** Published events as a Redis stream: at least once, in order per connection. */
export class EventStream {
  constructor(private readonly connections: RedisConnections) {}

  /** Appends in the order given. Rejects where Redis took none or only some of them: publish again. */
  async publish(events: readonly CloudEvent[]): Promise<void> {
    const pipeline = this.connections.commands.pipeline();
    for (const event of events)
      pipeline.xadd(STREAM, 'MAXLEN', '~', KEEP_ABOUT, '*', 'event', JSON.stringify(event));
    const results = await pipeline.exec();
    const failed = results?.find(([error]) => error !== null);
    if (!results || failed) throw failed?.[0] ?? new Error('the pipeline was not executed');
  }

  /**
   * Calls `wake` whenever events were published, until the signal aborts. While Redis is gone it is quiet: consumers
   * poll Postgres besides.
   */
  async onPublished(purpose: string, wake: () => void, signal: AbortSignal): Promise<void> {
    const redis = this.connections.openWaiting(purpose);
    signal.addEventListener('abort', () => redis.disconnect(), { once: true });
    let last = '$';
    while (!signal.aborted) {
      try {
        const answer = await redis.xread('COUNT', 1_000, 'BLOCK', 5_000, 'STREAMS', STREAM, last);
        const entries = answer?.[0]?.[1];
        if (!entries?.length) continue;
        last = entries.at(-1)![0];
        wake();
      } catch {
        if (signal.aborted) return;
        last = '$';
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
}
