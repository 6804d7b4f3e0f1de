import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';
import type { RefreshEnd } from '#refresh';
import type { Attempt } from './refresh-facts.js';

const seconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 3_600];

/** How refreshes end, how early they come, and how long their jobs waited. */
@Injectable()
export class RefreshMetricsService {
  private readonly total: ReturnType<Metrics['counter']>;
  private readonly lag: ReturnType<Metrics['histogram']>;
  private readonly duration: ReturnType<Metrics['histogram']>;
  private readonly early: ReturnType<Metrics['histogram']>;

  constructor(metrics: Metrics) {
    this.total = metrics.counter({
      name: 'evergrant_refresh_total',
      help: 'Refreshes by provider and how they ended',
      labelNames: ['provider', 'outcome', 'failure_class'],
    });
    this.lag = metrics.histogram({
      name: 'evergrant_refresh_queue_lag_seconds',
      help: 'How long refresh jobs waited beyond their time',
      labelNames: ['trigger'],
      buckets: seconds,
    });
    this.early = metrics.histogram({
      name: 'evergrant_refresh_time_to_expiry_seconds',
      help: 'Life left in the access token when its refresh began; 0 where it had expired',
      labelNames: ['provider'],
      buckets: [0, 10, 60, 300, 900, 1_800, 3_600, 21_600],
    });
    this.duration = metrics.histogram({
      name: 'evergrant_refresh_duration_seconds',
      help: 'From T1 to the end of a refresh',
      labelNames: ['provider'],
      buckets: seconds,
    });
  }

  waited(trigger: string, ms: number): void {
    this.lag.observe({ trigger }, ms / 1_000);
  }

  ended({ outcome, failureClass, attempt }: RefreshEnd & { attempt?: Attempt }): void {
    const provider = attempt?.facts.row.provider ?? 'none';
    this.total.inc({ provider, outcome, failure_class: failureClass ?? '' });
    if (!attempt) return;
    this.duration.observe({ provider }, (performance.now() - attempt.begunAt) / 1_000);
    const { remainingMs } = attempt.facts.renewal;
    if (remainingMs !== null) this.early.observe({ provider }, Math.max(0, remainingMs) / 1_000);
  }
}
