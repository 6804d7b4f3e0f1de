import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { readableStates } from '#oauth';
import { Repeating } from '#platform';
import {
  applyTransition,
  ConnectionRepository,
  Database,
  Directory,
  SlotRepository,
  TokenSetRepository,
} from '#storage';
import { RefreshWorkerConfig } from '../refresh-worker.config.js';
import { workerActor } from '../refreshing/promotions.service.js';

const everyMs = 60_000;
const batch = 1_000;
/** Attempts of a month, to answer questions about. */
const keptDays = 30;
/** Of fingerprints: a look goes through all that are old, and many of those are still the newest. */
const fingerprintsEveryMs = 3_600_000;

type SlotLives = Awaited<ReturnType<SlotRepository['listLives']>>[number];

/** Throws away what is past its time, and expires connections that nobody confirmed, or that have nothing left. */
@Injectable()
export class RetentionScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('retention', everyMs, () => this.round());

  private fingerprintsDueAt = 0;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly config: RefreshWorkerConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<void> {
    for (const { workspace, id } of await this.directory.listUnconfirmedConnections(batch))
      await this.expire(workspace, id, ['pending'], 'not_confirmed');
    for (const { workspace, id } of await this.directory.listLapsedConnections(batch))
      await this.expire(workspace, id, readableStates, 'not_renewable');
    while ((await this.directory.deleteExpiredRows(batch)) >= batch);
    while ((await this.directory.deleteOldAttempts(keptDays, batch)) >= batch);
    await this.forgetFingerprints();
  }

  private async forgetFingerprints(): Promise<void> {
    if (Date.now() < this.fingerprintsDueAt) return;
    const days = this.config.FINGERPRINT_RETENTION_DAYS;
    while ((await this.directory.deleteSupersededTokenSets(days, batch)) >= batch);
    this.fingerprintsDueAt = Date.now() + fingerprintsEveryMs;
  }

  private async expire(
    workspace: string,
    id: string,
    from: readonly string[],
    code: 'not_confirmed' | 'not_renewable',
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection || !from.includes(connection.state)) return;
      const lives = await tx.get(SlotRepository).listLives(id);
      // Somebody may have consented again meanwhile.
      if (code === 'not_renewable' && lives.some(hasFuture)) return;
      await applyTransition(tx, connection, 'expired', { actor: workerActor, reason: { code } });
      await tx.get(TokenSetRepository).eraseAll([id]);
    });
  }
}

function hasFuture({ lifetimeMs, ageMs, renewable }: SlotLives): boolean {
  return renewable || lifetimeMs === null || lifetimeMs > ageMs;
}
