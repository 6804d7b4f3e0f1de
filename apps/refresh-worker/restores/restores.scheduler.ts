import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { DatabaseTrustService } from './database-trust.service.js';
import { RestoresService } from './restores.service.js';

const everyMs = 1_000;

/** Looks each second whether the database is the one it was, and deals with it where it is not. */
@Injectable()
export class RestoresScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly beats: Repeating;
  private readonly work: Repeating;

  constructor(trust: DatabaseTrustService, restores: RestoresService) {
    this.beats = new Repeating('database beat', everyMs, () => trust.beat());
    this.work = new Repeating('restores', everyMs, async () => {
      await restores.quarantine();
      await restores.probe();
    });
  }

  onApplicationBootstrap(): void {
    this.beats.start();
    this.work.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.beats.stop();
    await this.work.stop();
  }
}
