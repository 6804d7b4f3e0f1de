import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics, Repeating, runWithRequestId } from '#platform';
import { AttemptRepository, Database, Directory, type Located } from '#storage';
import { EngineService } from '../refreshing/engine.service.js';
import { SpoolDrainService } from '../spool/spool-drain.service.js';

const everyMs = 1_000;
const batch = 50;
/** After a start, and after Postgres was gone, spooled answers come first: another worker's may end the doubt. */
const spoolsFirstMs = 3_000;
/** After a fault of ours. */
const afterFaultMs = 5_000;

/** Takes up attempts whose end is not known, on every replica; a lease in Postgres gives each to one. */
@Injectable()
export class ResolverScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ResolverScheduler.name);
  private readonly loop = new Repeating('resolver', everyMs, () => this.round());
  private readonly inHand = new Map<string, Promise<void>>();
  private readonly resolved: ReturnType<Metrics['counter']>;
  private notBefore = performance.now() + spoolsFirstMs;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly spool: SpoolDrainService,
    private readonly engine: EngineService,
    metrics: Metrics,
  ) {
    this.resolved = metrics.counter({
      name: 'evergrant_attempts_resolved_total',
      help: 'What the resolver did with attempts whose end was not known',
      labelNames: ['how'],
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
    await Promise.all(this.inHand.values());
  }

  private async round(): Promise<void> {
    try {
      await this.spool.drain();
      const overdue = await this.directory.listOverdueAttempts(batch);
      if (performance.now() < this.notBefore) return;
      for (const one of overdue) this.take(one);
    } catch (error) {
      this.notBefore = performance.now() + spoolsFirstMs;
      throw error;
    }
  }

  /** Not waited for: one slow provider must not keep the others' windows from being met. */
  private take(one: Located): void {
    if (this.inHand.has(one.id) || this.inHand.size >= batch) return;
    const work = runWithRequestId(undefined, () => this.resolve(one)).finally(() =>
      this.inHand.delete(one.id),
    );
    this.inHand.set(one.id, work);
  }

  private async resolve({ workspace, id }: Located): Promise<void> {
    try {
      const how = await this.engine.resolver.resolve(workspace, id);
      this.resolved.inc({ how });
      this.logger.log({ attempt: id, resolved: how });
    } catch (error) {
      this.logger.warn({ err: error, attempt: id }, 'an attempt could not be resolved yet');
      await this.putOff(workspace, id);
    }
  }

  /** As many as a round takes, and each of them fails: they must not keep the others from their turn. */
  private async putOff(workspace: string, id: string): Promise<void> {
    await this.database
      .inWorkspace(workspace, (tx) => tx.get(AttemptRepository).postpone(id, afterFaultMs))
      .catch(() => undefined);
  }
}
