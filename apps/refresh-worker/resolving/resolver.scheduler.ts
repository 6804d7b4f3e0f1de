import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating, runWithRequestId } from '#platform';
import { Directory, type Located } from '#storage';
import { ResolverService } from './resolver.service.js';

const everyMs = 1_000;
const batch = 50;

/** Takes up attempts whose end is not known, on every replica; a lease in Postgres gives each to one. */
@Injectable()
export class ResolverScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ResolverScheduler.name);
  private readonly loop = new Repeating('resolver', everyMs, () => this.resolveAll());

  constructor(
    private readonly directory: Directory,
    private readonly resolver: ResolverService,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async resolveAll(): Promise<void> {
    const overdue = await this.directory.listOverdueAttempts(batch);
    await Promise.all(overdue.map((one) => runWithRequestId(undefined, () => this.resolve(one))));
  }

  private async resolve({ workspace, id }: Located): Promise<void> {
    try {
      const how = await this.resolver.resolve(workspace, id);
      this.logger.log({ attempt: id, resolved: how });
    } catch (error) {
      this.logger.warn({ err: error, attempt: id }, 'an attempt could not be resolved yet');
    }
  }
}
