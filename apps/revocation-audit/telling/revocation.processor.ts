import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Worker } from 'bullmq';
import { QUEUE_PREFIX, REVOCATION_QUEUE, RedisConnections, type RevocationJob } from '#events';
import { Repeating, runWithRequestId } from '#platform';
import { Directory } from '#storage';
import { ItemsService } from './items.service.js';

const pollEveryMs = 1_000;
const batch = 50;
const concurrency = 10;

/** Does what is due in Postgres: at once where the queue wakes it, within a second where it does not. */
@Injectable()
export class RevocationProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RevocationProcessor.name);
  private readonly loop = new Repeating('revocations', pollEveryMs, () => this.poll());
  private worker: Worker<RevocationJob> | undefined;

  constructor(
    private readonly items: ItemsService,
    private readonly directory: Directory,
    private readonly redis: RedisConnections,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    this.worker = new Worker<RevocationJob>(
      REVOCATION_QUEUE,
      ({ data }) => this.process(data.workspace, data.item, data.request_id),
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
    await Promise.all([this.loop.stop(), this.worker?.close()]);
  }

  private async poll(): Promise<void> {
    const due = await this.directory.listDueRevocationItems(batch);
    await Promise.all(due.map(({ workspace, id }) => this.process(workspace, id)));
  }

  /** A failure of ours leaves the item's lease to run out; it is due again then. */
  private async process(workspace: string, item: string, requestId?: string): Promise<void> {
    try {
      await runWithRequestId(requestId, () => this.items.process(workspace, item));
    } catch (error) {
      this.logger.warn({ err: error, item }, 'the provider could not be told yet');
    }
  }
}
