import { Redis } from 'ioredis';

/** Told of a connection's errors; they repeat while Redis is gone, so log them at most once a while. */
export type RedisErrorListener = (error: Error) => void;

/**
 * A connection for commands that a caller waits for: it fails at once while Redis is gone instead of queueing,
 * and reconnects by itself for ever, at most every 2 s.
 */
export function connectForCommands(url: string, name: string, onError: RedisErrorListener): Redis {
  return listening(
    new Redis(url, {
      connectionName: name,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 2_000,
      commandTimeout: 2_000,
      retryStrategy,
    }),
    onError,
  );
}

/** A connection that blocks or subscribes: it waits for Redis to come back. BullMQ demands null retries. */
export function connectForWaiting(url: string, name: string, onError: RedisErrorListener): Redis {
  return listening(
    new Redis(url, { connectionName: name, maxRetriesPerRequest: null, retryStrategy }),
    onError,
  );
}

function retryStrategy(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);
}

function listening(redis: Redis, onError: RedisErrorListener): Redis {
  redis.on('error', onError);
  return redis;
}
