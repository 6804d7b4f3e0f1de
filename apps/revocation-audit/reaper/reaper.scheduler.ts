import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Repeating } from '#platform';
import { Directory } from '#storage';
import { ReaperService } from './reaper.service.js';

const everyMs = 1_000;
const batch = 20;

/** Runs the policies whose time has come, beside every other replica. */
@Injectable()
export class ReaperScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReaperScheduler.name);
  private readonly loop = new Repeating('reaper', everyMs, () => this.round());
  private stopping = false;

  constructor(
    private readonly directory: Directory,
    private readonly reaper: ReaperService,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.loop.stop();
  }

  private async round(): Promise<void> {
    const workspaces = await this.directory.listDueReapers(batch);
    await Promise.all(workspaces.map((workspace) => this.run(workspace)));
  }

  private async run(workspace: string): Promise<void> {
    try {
      await this.reaper.run(workspace, () => !this.stopping);
    } catch (error) {
      this.logger.warn({ err: error, workspace }, 'the policy is run again at its next turn');
    }
  }
}
