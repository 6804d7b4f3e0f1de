import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { ReadAttribution } from '#storage';
import { AuthFlowConfig } from '../auth-flow.config.js';

const gapsEveryMs = 5_000;
const retentionEveryMs = 600_000;
const batch = 5_000;

/** Records what replicas that were killed may have left out, and throws away what is past its time. */
@Injectable()
export class ReadRetentionScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ReadRetentionScheduler.name);
  private readonly gaps = new Repeating('read gaps', gapsEveryMs, () => this.tellGaps());
  private readonly retention = new Repeating('read retention', retentionEveryMs, () => this.deleteOld());

  constructor(
    private readonly attribution: ReadAttribution,
    private readonly config: AuthFlowConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.gaps.start();
    this.retention.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.gaps.stop(), this.retention.stop()]);
  }

  private async tellGaps(): Promise<void> {
    for (const gap of await this.attribution.tellGaps())
      this.logger.warn(gap, 'a replica ended without a word: its last reads are not attributed');
  }

  private async deleteOld(): Promise<void> {
    while ((await this.attribution.deleteOld(this.config.READS_KEPT_DAYS, batch)) >= batch);
  }
}
