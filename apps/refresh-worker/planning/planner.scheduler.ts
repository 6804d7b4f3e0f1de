import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { currentQueueEpoch, RedisConnections, RefreshQueue } from '#events';
import { Metrics, Repeating } from '#platform';
import { Directory, lateMs, type DueSlot } from '#storage';
import { BacklogRateService } from './backlog-rate.service.js';

const everyMs = 1_000;
/** Without Redis, and at the very start. */
const againMs = 200;
/** Only what is due so soon is enqueued: Redis holds thousands of jobs, not millions. */
const horizonMs = 30_000;
const batch = 500;

/** Enqueues what is due, on every replica: claims in Postgres keep them out of each other's way. */
@Injectable()
export class PlannerScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('planner', everyMs, () => this.plan());
  private readonly planned: ReturnType<Metrics['counter']>;

  constructor(
    private readonly directory: Directory,
    private readonly queue: RefreshQueue,
    private readonly redis: RedisConnections,
    private readonly backlog: BacklogRateService,
    metrics: Metrics,
  ) {
    this.planned = metrics.counter({
      name: 'evergrant_refreshes_planned_total',
      help: 'Refreshes put into the queue by the planner',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async plan(): Promise<number | void> {
    // A claim without a queue would only keep the slot from whoever has one.
    if (!this.redis.isReady) return againMs;
    const epoch = await currentQueueEpoch(this.redis.commands);
    let allowed = await this.backlog.allowed();
    for (;;) {
      const slots = await this.directory.claimDueSlots(horizonMs, epoch, batch, allowed);
      const late = slots.filter(({ dueInMs }) => dueInMs <= -lateMs).length;
      this.backlog.spend(late);
      allowed -= late;
      if (slots.length > 0) await this.queue.addPlanned(slots.map(plannedJob));
      this.planned.inc(slots.length);
      if (slots.length < batch) return;
    }
  }
}

function plannedJob({ id, dueInMs, workspace, connectionId: connection, slot, generation }: DueSlot) {
  return { slotId: id, dueInMs: Math.max(0, dueInMs), job: { workspace, connection, slot, generation } };
}
