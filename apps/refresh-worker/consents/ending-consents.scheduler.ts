import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import {
  AuditRepository,
  connectionEventData,
  ConnectionRepository,
  Database,
  Directory,
  OutboxRepository,
  SlotRepository,
  type EndingConsent,
} from '#storage';
import { RefreshWorkerConfig } from '../refresh-worker.config.js';
import { workerActor } from '../refreshing/promotions.service.js';

const everyMs = 30_000;
const batch = 500;

/** Announces consents that will end, once for each lead time, while there is time to ask the user again. */
@Injectable()
export class EndingConsentsScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('ending consents', everyMs, () => this.round());
  private readonly leadDays: number[];

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    config: RefreshWorkerConfig,
  ) {
    this.leadDays = config.REAUTHORIZE_SOON_DAYS.toSorted((a, b) => b - a);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<number> {
    const ending = await this.directory.listEndingConsents(this.leadDays, batch);
    for (const one of ending) await this.announce(one);
    return ending.length === batch ? 0 : everyMs;
  }

  private async announce({ workspace, connectionId, slot, announcement }: EndingConsent): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(connectionId);
      const by = await tx.get(SlotRepository).countAnnouncement(connectionId, slot, announcement);
      if (!connection || !by) return;
      const type = 'connection.reauthorize_soon';
      const data = { ...connectionEventData(connection), reauthorize_by: by.toISOString() };
      await tx.get(OutboxRepository).append({ subject: connectionId, type, data });
      await tx.get(AuditRepository).append({
        actor: workerActor,
        action: type,
        subject: { type: 'connection', id: connectionId },
        detail: { slot, reauthorize_by: by.toISOString() },
      });
    });
  }
}
