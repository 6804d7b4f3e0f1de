import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

const KEY = 'evergrant:queue-epoch';

/**
 * The queue's epoch: a key that lives and dies with the queue's data. A claim made under another epoch is void, so
 * after a FLUSHALL the next planner tick enqueues everything again.
 */
export async function currentQueueEpoch(redis: Redis): Promise<string> {
  const known = await redis.get(KEY);
  if (known) return known;
  await redis.set(KEY, randomUUID(), 'NX');
  const made = await redis.get(KEY);
  if (!made) throw new Error('Redis did not keep the queue epoch');
  return made;
}
