import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics, Repeating, runWithRequestId } from '#platform';
import { Directory, type Located } from '#storage';
import { ProbesService } from './probes.service.js';

const everyMs = 1_000;
const batch = 20;

/** Takes up the probes that revocation-audit wants, on every replica; a claim in Postgres gives each to one. */
@Injectable()
export class ProbesScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ProbesScheduler.name);
  private readonly loop = new Repeating('probes', everyMs, () => this.round());
  private readonly inHand = new Map<string, Promise<void>>();
  private readonly probed: ReturnType<Metrics['counter']>;

  constructor(
    private readonly directory: Directory,
    private readonly probes: ProbesService,
    metrics: Metrics,
  ) {
    this.probed = metrics.counter({
      name: 'evergrant_revocation_probes_total',
      help: 'What came of refreshes that must fail, tried to see that a revoked token is dead',
      labelNames: ['outcome'],
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
    for (const one of await this.directory.listWantedProbes(batch)) this.take(one);
  }

  /** Not waited for: one slow provider must not keep the others waiting. */
  private take(one: Located): void {
    if (this.inHand.has(one.id) || this.inHand.size >= batch) return;
    const work = runWithRequestId(undefined, () => this.probe(one)).finally(() => this.inHand.delete(one.id));
    this.inHand.set(one.id, work);
  }

  private async probe({ workspace, id }: Located): Promise<void> {
    try {
      const outcome = await this.probes.probe(workspace, id);
      if (outcome !== undefined) this.probed.inc({ outcome });
    } catch (error) {
      this.logger.warn({ err: error, item: id }, 'a revoked token could not be tried yet');
    }
  }
}
