import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Repeating } from '#platform';
import { ApprovalsService } from './approvals.service.js';

const everyMs = 5_000;

/** Looks for approvals that lapsed; every replica does. */
@Injectable()
export class ApprovalLapseScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Repeating;

  constructor(approvals: ApprovalsService) {
    this.loop = new Repeating('approvals', everyMs, () => approvals.lapseDue());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }
}
