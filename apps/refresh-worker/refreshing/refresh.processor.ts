import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DelayedError, Worker, type Job } from 'bullmq';
import {
  QUEUE_PREFIX,
  REFRESH_QUEUE,
  RedisConnections,
  RefreshSignal,
  type RefreshEnded,
  type RefreshJob,
} from '#events';
import { runWithRequestId } from '#platform';
import { RefreshWorkerConfig } from '../refresh-worker.config.js';
import type { RefreshEnd } from '#refresh';
import { EngineService } from './engine.service.js';
import type { Attempt } from './refresh-facts.js';
import { RefreshMetricsService } from './refresh-metrics.service.js';

/** Longer than the longest refresh. A stalled job that runs twice is harmless: T1 decides. */
const lockMs = 90_000;

/** Takes refresh jobs and tells the waiting readers how each ended. */
@Injectable()
export class RefreshProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RefreshProcessor.name);
  private worker: Worker<RefreshJob> | undefined;

  constructor(
    private readonly engine: EngineService,
    private readonly redis: RedisConnections,
    private readonly signal: RefreshSignal,
    private readonly metrics: RefreshMetricsService,
    private readonly config: RefreshWorkerConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = new Worker<RefreshJob>(REFRESH_QUEUE, (job, token) => this.process(job, token), {
      connection: this.redis.openWaiting('refresh-worker'),
      prefix: QUEUE_PREFIX,
      concurrency: this.config.REFRESH_CONCURRENCY,
      lockDuration: lockMs,
      skipVersionCheck: true,
    });
    this.worker.on('error', (error) => this.logger.debug({ err: error }));
  }

  /** Takes no more jobs and lets those in flight end. */
  async onModuleDestroy(): Promise<void> {
    await this.worker?.close();
  }

  private async process(job: Job<RefreshJob>, token?: string): Promise<void> {
    const { data, timestamp, delay } = job;
    this.metrics.waited(data.trigger, Math.max(0, Date.now() - timestamp - delay));
    const end = await runWithRequestId(data.request_id, () => this.refresh(data));
    if (end.outcome !== 'deferred') return;
    // A limit is reached: the job waits, and not this worker.
    await job.moveToDelayed(Date.now() + (end.retryAfterMs ?? 0), token);
    throw new DelayedError();
  }

  private async refresh(job: RefreshJob): Promise<RefreshEnd> {
    const { workspace, connection, slot, generation, trigger } = job;
    let end: RefreshEnd & { attempt?: Attempt };
    try {
      end = await this.engine.refresh({ workspace, connection, slot, generation }, trigger);
    } catch (error) {
      this.logger.error({ err: error, connection }, 'a refresh broke off; the resolver takes it up');
      end = { outcome: 'failed', failureClass: 'TRANSIENT', errorCode: 'internal_error' };
    }
    const { outcome, errorCode } = end;
    if (outcome === 'deferred') return end;
    this.metrics.ended(end);
    this.logger.log({ connection, slot, generation, outcome, error_code: errorCode });
    await this.announce(job, { ...end, outcome });
    return end;
  }

  private async announce(
    { workspace, connection, slot, generation }: RefreshJob,
    end: RefreshEnd & { outcome: RefreshEnded['outcome'] },
  ): Promise<void> {
    const { outcome, failureClass: failure_class, errorCode: error_code, retryAfterMs: retry_after_ms } = end;
    await this.signal
      .announce({
        ...{ workspace, connection, slot, generation },
        ...{ outcome, failure_class, error_code, retry_after_ms },
      })
      .catch((error: unknown) => this.logger.debug({ err: error }, 'the end was not announced'));
  }
}
