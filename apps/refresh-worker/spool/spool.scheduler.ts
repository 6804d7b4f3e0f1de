import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics, Repeating } from '#platform';
import { SpoolDrainService } from './spool-drain.service.js';
import { Spool } from './spool.js';

const everyMs = 1_000;

/** Brings answers back from the spool as soon as Postgres takes them: before anything else at start, then each second. */
@Injectable()
export class SpoolScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('spool', everyMs, () => this.drain());

  constructor(
    private readonly landings: SpoolDrainService,
    spool: Spool,
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

  private async drain(): Promise<void> {
    await this.landings.drain();
  }
}
