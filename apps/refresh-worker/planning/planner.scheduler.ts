import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { currentQueueEpoch, RedisConnections, RefreshQueue } from '#events';
import { Metrics, Repeating } from '#platform';
import { Directory, RefreshWorkers, type DueSlot } from '#storage';
import { RefreshWorkerConfig } from '../refresh-worker.config.js';
import { BacklogBudget } from './backlog-budget.js';

const everyMs = 1_000;
/** Without Redis, and at the very start. */
const againMs = 200;
/** Only what is due so soon is enqueued: Redis holds thousands of jobs, not millions. */
const horizonMs = 30_000;
const batch = 500;
/** How often the normal rate is looked at: it changes with what is connected. */
const rateEveryMs = 60_000;

/** Enqueues what is due, on every replica: claims in Postgres keep them out of each other's way. */
@Injectable()
export class PlannerScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('planner', everyMs, () => this.plan());
  private readonly planned: ReturnType<Metrics['counter']>;
  private readonly budget = new BacklogBudget();
  private share = { perSecond: 0, until: 0 };
  /** Until a claim brings what is not due yet. */
  private isBehind = true;

  constructor(
    private readonly directory: Directory,
    private readonly queue: RefreshQueue,
    private readonly redis: RedisConnections,
    private readonly workers: RefreshWorkers,
    private readonly config: RefreshWorkerConfig,
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
    let allowed = this.budget.refill(await this.backlogPerSecond(), performance.now());
    for (;;) {
      const size = this.isBehind ? Math.min(batch, allowed) : batch;
      if (size <= 0) return;
      const slots = await this.directory.claimDueSlots(horizonMs, epoch, size);
      const overdue = slots.filter(({ dueInMs }) => dueInMs === 0).length;
      this.isBehind = slots.length === size && overdue === size;
      this.budget.spend(overdue);
      allowed -= overdue;
      if (slots.length > 0) await this.queue.addPlanned(slots.map(plannedJob));
      this.planned.inc(slots.length);
      if (slots.length < size) return;
    }
  }

  /** This worker's share of twice the normal rate. */
  private async backlogPerSecond(): Promise<number> {
    const now = performance.now();
    if (now >= this.share.until) {
      const { rate, workers } = await this.workers.normalRate();
      this.share = { perSecond: (2 * rate) / Math.max(1, workers), until: now + rateEveryMs };
    }
    return Math.max(this.share.perSecond, this.config.BACKLOG_LEAST_PER_SECOND);
  }
}

function plannedJob({ id, dueInMs, workspace, connectionId: connection, slot, generation }: DueSlot) {
  return { slotId: id, dueInMs, job: { workspace, connection, slot, generation } };
}
