import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Repeating } from '#platform';
import { Directory } from '#storage';
import { FreezingService } from '../freezes/freezing.service.js';
import { KillingService } from '../revocations/killing.service.js';

const everyMs = 250;
const batch = 20;

/** Works on whatever job is open in Postgres, beside every other replica. */
@Injectable()
export class JobsScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsScheduler.name);
  private readonly loop = new Repeating('jobs', everyMs, () => this.round());
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
  }

  /** All at once: a long one keeps no other waiting. */
  private async round(): Promise<void> {
    const jobs = await this.directory.listOpenJobs(batch);
    await Promise.all(jobs.map(({ workspace, kind, id }) => this.work(workspace, kind, id)));
  }

  private async work(workspace: string, kind: 'revocation' | 'freeze', id: string): Promise<void> {
    try {
      const service = kind === 'revocation' ? this.killing : this.freezing;
      await service.work(workspace, id, () => !this.stopping);
    } catch (error) {
      this.logger.warn({ err: error, id }, 'the job goes on at its next turn');
    }
  }
}
