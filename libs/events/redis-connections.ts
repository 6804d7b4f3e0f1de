import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { connectForCommands, connectForWaiting } from './redis-connection.js';

const QUIET_MS = 10_000;

/** A service's connections to Redis: one for commands, one for BullMQ's producers, more for those who block. */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  private readonly log = new Logger('redis');
  private readonly opened: Redis[] = [];
  private quietUntil = 0;
  readonly commands: Redis;

  constructor(
    private readonly url: string,
    private readonly service: string,
  ) {
    this.commands = this.keep(connectForCommands(url, service, this.onError));
  }

  /** A connection of its own for a blocking read, a subscription or a BullMQ worker. */
  openWaiting(purpose: string): Redis {
    return this.keep(connectForWaiting(this.url, `${this.service}-${purpose}`, this.onError));
  }

  /** A connection of its own that fails fast, for a queue's producer. */
  openCommands(purpose: string): Redis {
    return this.keep(connectForCommands(this.url, `${this.service}-${purpose}`, this.onError));
  }

  /** Whether commands would reach Redis right now. */
  get isReady(): boolean {
    return this.commands.status === 'ready';
  }

  /** Answers when Redis does; rejects at once where it is gone. */
  async ping(): Promise<void> {
    await this.commands.ping();
  }

  /** After the server has let its last answer out, which may have needed Redis. */
  onApplicationShutdown(): void {
    for (const redis of this.opened) redis.disconnect();
  }

  private keep(redis: Redis): Redis {
    this.opened.push(redis);
    return redis;
  }

  private readonly onError = (error: Error): void => {
    const now = Date.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + QUIET_MS;
    this.log.warn(`Redis cannot be reached: ${error.message || error.name}`);
  };
}
