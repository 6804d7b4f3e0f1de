import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Worker } from 'bullmq';
import { QUEUE_PREFIX, REVOCATION_QUEUE, RedisConnections, type RevocationJob } from '#events';
import { Repeating } from '#platform';
import { DueItemsService } from './due-items.service.js';

const pollEveryMs = 1_000;
const concurrency = 10;

/** Does what is due in Postgres: at once where the queue wakes it, within a second where it does not. */
@Injectable()
export class RevocationProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RevocationProcessor.name);
  private readonly loop = new Repeating('revocations', pollEveryMs, () => this.items.processDue());
  private worker: Worker<RevocationJob> | undefined;

  constructor(
    private readonly items: DueItemsService,
    private readonly redis: RedisConnections,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    this.worker = new Worker<RevocationJob>(
      REVOCATION_QUEUE,
      ({ data }) => this.items.process(data.workspace, data.item, data.request_id),
      {
        connection: this.redis.openWaiting('revocation-worker'),
        prefix: QUEUE_PREFIX,
        concurrency,
        skipVersionCheck: true,
      },
    );
    this.worker.on('error', (error) => this.logger.debug({ err: error }));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.loop.stop(), this.items.stop(), this.worker?.close()]);
  }
}
