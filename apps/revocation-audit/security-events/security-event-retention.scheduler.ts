import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { Directory } from '#storage';
import { RevocationAuditConfig } from '../revocation-audit.config.js';

const everyMs = 3_600_000;
const batch = 1_000;

/** Throws away security events, and what is kept of those that were told, past their time. The receiver takes no SET as old as that any more. */
@Injectable()
export class SecurityEventRetentionScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('security-event-retention', everyMs, () => this.round());
  private stopping = false;

  constructor(
    private readonly directory: Directory,
    private readonly config: RevocationAuditConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.loop.stop();
  }

  private async round(): Promise<void> {
    const days = this.config.SECURITY_EVENT_RETENTION_DAYS;
    while (!this.stopping && (await this.directory.deleteOldSecurityEvents(days, batch)) >= batch);
    while (!this.stopping && (await this.directory.deleteOldSecurityEventDeliveries(days, batch)) >= batch);
  }
}
