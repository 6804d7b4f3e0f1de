import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics, Repeating } from '#platform';
import { RefreshWorkers } from '#storage';
import { WorkerIdentity } from '../refreshing/worker-identity.js';
import { SpoolDrainService } from './spool-drain.service.js';
import { Spool } from './spool.js';

const everyMs = 1_000;

/** Brings answers back from the spool as soon as Postgres takes them: before anything else at start, then each second. */
@Injectable()
export class SpoolScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('spool', everyMs, () => this.drain());

  private isKnown = false;

  constructor(
    private readonly answers: SpoolDrainService,
    private readonly spool: Spool,
    private readonly workers: RefreshWorkers,
    private readonly worker: WorkerIdentity,
    metrics: Metrics,
  ) {
    metrics.gauge({
      name: 'evergrant_spooled_answers',
      help: 'Answers of providers that wait on disk for Postgres',
      collect() {
        this.set(spool.list().length);
      },
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** Then tells the others that nothing waits here. */
  private async drain(): Promise<void> {
    await this.spool.check();
    await this.answers.drain();
    if (!this.isKnown) await this.workers.start(this.worker.id);
    this.isKnown = true;
    await this.workers.tell(this.worker.id, this.spool.list().length);
  }
}
