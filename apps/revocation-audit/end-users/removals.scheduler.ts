import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Repeating } from '#platform';
import { Directory } from '#storage';
import { RemovingService } from './removing.service.js';

const everyMs = 500;
const batch = 50;

/** Goes on with the removals of end users that are due, beside every other replica. */
@Injectable()
export class RemovalsScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RemovalsScheduler.name);
  private readonly loop = new Repeating('end-user-removals', everyMs, () => this.round());
  private stopping = false;

  constructor(
    private readonly directory: Directory,
    private readonly removing: RemovingService,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.loop.stop();
  }

  private async round(): Promise<void> {
    const due = await this.directory.listDueEndUserRemovals(batch);
    await Promise.all(due.map(({ workspace, id }) => this.work(workspace, id)));
  }

  private async work(workspace: string, id: string): Promise<void> {
    try {
      await this.removing.work(workspace, id, () => !this.stopping);
    } catch (error) {
      this.logger.warn({ err: error, removal: id }, 'the removal goes on at its next turn');
    }
  }
}
