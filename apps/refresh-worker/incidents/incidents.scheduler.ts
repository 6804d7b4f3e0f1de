import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { IncidentsService } from './incidents.service.js';

const everyMs = 1_000;

/** Exchanges what workers saw of providers, on every replica. */
@Injectable()
export class IncidentsScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Repeating;

  constructor(incidents: IncidentsService) {
    this.loop = new Repeating('provider incidents', everyMs, () => incidents.exchange());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
