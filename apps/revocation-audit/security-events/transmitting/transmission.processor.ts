import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { DueDeliveriesService } from './due-deliveries.service.js';
import { TransmissionsService } from './transmissions.service.js';

const everyMs = 1_000;

/** Looks for revocations to tell of, and tells them; neither waits for the other. */
@Injectable()
export class TransmissionProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loops: Repeating[];

  constructor(
    transmissions: TransmissionsService,
    private readonly deliveries: DueDeliveriesService,
  ) {
    this.loops = [
      new Repeating('security-event-transmissions', everyMs, () => transmissions.catchUp()),
      new Repeating('security-event-deliveries', everyMs, () => deliveries.sendDue()),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.loops.map((loop) => loop.stop()), this.deliveries.stop()]);
  }
}
