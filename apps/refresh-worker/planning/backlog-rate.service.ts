import { Injectable } from '@nestjs/common';
import { RefreshWorkers } from '#storage';
import { RefreshWorkerConfig } from '../refresh-worker.config.js';
import { BacklogBudget } from './backlog-budget.js';

/** How often the normal rate is looked at: it changes with what is connected. */
const everyMs = 60_000;

/** This worker's share of twice the normal rate: what a backlog is drained at, whether it was planned or is in doubt. */
@Injectable()
export class BacklogRateService {
  private readonly budget = new BacklogBudget();
  private share = { perSecond: 0, until: 0 };

  constructor(
    private readonly workers: RefreshWorkers,
    private readonly config: RefreshWorkerConfig,
  ) {}

  /** How many of a backlog may go now. */
  async allowed(): Promise<number> {
    const now = performance.now();
    if (now >= this.share.until) {
      const { rate, workers } = await this.workers.normalRate();
      this.share = { perSecond: (2 * rate) / Math.max(1, workers), until: now + everyMs };
    }
    const perSecond = Math.max(this.share.perSecond, this.config.BACKLOG_LEAST_PER_SECOND);
    return this.budget.refill(perSecond, now);
  }

  spend(count: number): void {
    this.budget.spend(count);
  }
}
