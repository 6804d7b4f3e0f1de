import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { AnomaliesService } from './anomalies.service.js';

const everyMs = 5_000;

/** Off the path of every read: each minute is judged some seconds after it ended, by whichever replica comes first. */
@Injectable()
export class AnomalyScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Repeating;

  constructor(anomalies: AnomaliesService) {
    this.loop = new Repeating('anomalies', everyMs, () => anomalies.judgeDue());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
