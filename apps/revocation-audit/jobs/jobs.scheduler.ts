import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Repeating } from '#platform';
import { Directory, type OpenJob } from '#storage';
import { FreezingService } from '../freezes/freezing.service.js';
import { KillingService } from '../revocations/killing.service.js';

const everyMs = 250;
const batch = 100;

/** Works on whatever job is open in Postgres, beside every other replica. A long one keeps no other waiting. */
@Injectable()
export class JobsScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsScheduler.name);
  private readonly loop = new Repeating('jobs', everyMs, () => this.round());
  private readonly underWay = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly directory: Directory,
    private readonly killing: KillingService,
    private readonly freezing: FreezingService,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.loop.stop();
    await Promise.all(this.underWay.values());
  }

  private async round(): Promise<void> {
    for (const job of await this.directory.listOpenJobs(batch)) {
      if (this.stopping || this.underWay.has(job.id)) continue;
      const work = this.work(job).finally(() => this.underWay.delete(job.id));
      this.underWay.set(job.id, work);
    }
  }

  private async work({ workspace, kind, id }: OpenJob): Promise<void> {
    const service = kind === 'revocation' ? this.killing : this.freezing;
    try {
      await service.work(workspace, id, () => !this.stopping);
    } catch (error) {
      this.logger.warn({ err: error, id }, 'the job goes on at its next turn');
    }
  }
}
