import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { RedisConnections } from './redis-connections.js';

const CHANNEL = 'evergrant:refresh-ended';

const refreshEnded = z.object({
  workspace: z.string(),
  connection: z.string(),
  slot: z.string(),
  /** That the refresh set out from. */
  generation: z.int(),
  /** `superseded`: the generation had moved. `busy`: another attempt is in flight. `refused`: its state forbids it. */
  outcome: z.enum(['refreshed', 'superseded', 'failed', 'busy', 'refused']),
  failure_class: z.string().optional(),
  error_code: z.string().optional(),
  retry_after_ms: z.number().optional(),
});

/** A refresh came to an end, somehow; Postgres knows the rest. */
export type RefreshEnded = z.infer<typeof refreshEnded>;

/** Tells every replica's waiting readers that a refresh ended. A hint to look again: losing one costs only time. */
export class RefreshSignal {
  private readonly listeners = new Set<(ended: RefreshEnded) => void>();
  private subscriber?: Redis;

  constructor(private readonly connections: RedisConnections) {}

  async announce(ended: RefreshEnded): Promise<void> {
    await this.connections.commands.publish(CHANNEL, JSON.stringify(ended));
  }

  /** Calls `listener` for every refresh that ends from now on; answers how to stop. */
  listen(listener: (ended: RefreshEnded) => void): () => void {
    this.subscriber ??= this.subscribe();
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private subscribe(): Redis {
    const redis = this.connections.openWaiting('refresh-signal');
    // ioredis subscribes again by itself after a reconnect; the first time may find Redis gone.
    redis.subscribe(CHANNEL).catch(() => undefined);
    redis.on('message', (_channel: string, message: string) => {
      const parsed = refreshEnded.safeParse(parseJson(message));
      if (parsed.success) for (const listener of this.listeners) listener(parsed.data);
    });
    return redis;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
