import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Worker, type Job } from 'bullmq';
import { QUEUE_PREFIX, REFRESH_QUEUE, RedisConnections, RefreshSignal, type RefreshJob } from '#events';
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
    this.worker = new Worker<RefreshJob>(REFRESH_QUEUE, (job) => this.process(job), {
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

  private process({ data, timestamp, delay }: Job<RefreshJob>): Promise<void> {
    this.metrics.waited(data.trigger, Math.max(0, Date.now() - timestamp - delay));
    return runWithRequestId(data.request_id, () => this.refresh(data));
  }

  private async refresh({ workspace, connection, slot, generation, trigger }: RefreshJob): Promise<void> {
    let end: RefreshEnd & { attempt?: Attempt };
    try {
      end = await this.engine.refresh({ workspace, connection, slot, generation }, trigger);
    } catch (error) {
      this.logger.error({ err: error, connection }, 'a refresh broke off; the resolver takes it up');
      end = { outcome: 'failed', failureClass: 'TRANSIENT', errorCode: 'internal_error' };
    }
    this.metrics.ended(end);
    this.logger.log({ connection, slot, generation, outcome: end.outcome, error_code: end.errorCode });
    const { outcome, failureClass, errorCode, retryAfterMs } = end;
    await this.signal
      .announce({
        workspace,
        connection,
        slot,
        generation,
        outcome,
        failure_class: failureClass,
        error_code: errorCode,
        retry_after_ms: retryAfterMs,
      })
      .catch((error: unknown) => this.logger.debug({ err: error }, 'the end was not announced'));
  }
}
