import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { applyTransition, ConnectionRepository, Database, Directory, TokenSetRepository } from '#storage';
import { workerActor } from '../refreshing/promotions.service.js';

const everyMs = 60_000;
const batch = 1_000;

/** Throws away what is past its time, and expires connections that nobody confirmed. */
@Injectable()
export class RetentionScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('retention', everyMs, () => this.round());

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<void> {
    for (const { workspace, id } of await this.directory.listUnconfirmedConnections(batch))
      await this.expire(workspace, id);
    while ((await this.directory.deleteExpiredRows(batch)) >= batch);
  }

  private async expire(workspace: string, id: string): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (connection?.state !== 'pending') return;
      await applyTransition(tx, connection, 'expired', {
        actor: workerActor,
        reason: { code: 'not_confirmed' },
      });
      await tx.get(TokenSetRepository).eraseAll(id);
    });
  }
}
