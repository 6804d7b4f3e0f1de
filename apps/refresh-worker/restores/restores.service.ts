import { Injectable, Logger } from '@nestjs/common';
import { effectiveRotation } from '#oauth';
import { ProviderCatalogue } from '#providers';
import type { Attempt as AnyAttempt } from '#refresh';
import {
  applyTransition,
  ConnectionRepository,
  Database,
  QuarantineRepository,
  Restores,
  SlotRepository,
  type Located,
  type Restore,
} from '#storage';
import { workerActor } from '../refreshing/promotions.service.js';
import type { RefreshFacts } from '../refreshing/refresh-facts.js';
import { RefreshStoreService } from '../refreshing/refresh-store.service.js';
import { TokenEndpointService } from '../refreshing/token-endpoint.service.js';

const batch = 500;
const probes = 50;
const againMs = 60_000;

/** Step 9: what a restored database holds of strict rotations is not spent before the provider says that it still lives. */
@Injectable()
export class RestoresService {
  private readonly logger = new Logger(RestoresService.name);

  constructor(
    private readonly database: Database,
    private readonly restores: Restores,
    private readonly catalogue: ProviderCatalogue,
    private readonly store: RefreshStoreService,
    private readonly endpoint: TokenEndpointService,
  ) {}

  /** Puts into quarantine what may have been refreshed in the time that is lost. */
  async quarantine(): Promise<void> {
    const restore = await this.restores.claim();
    if (!restore) return;
    for (const { id, provider, settings } of await this.restores.listIntegrations()) {
      if (!this.isStrict(provider, settings)) continue;
      for (;;) {
        const suspects = await this.restores.listSuspects(id, restore.lostUntil, batch);
        for (const suspect of suspects) await this.isolate(restore, suspect);
        if (suspects.length < batch) break;
      }
    }
    await this.restores.finish(restore.id);
  }

  /** Asks after connections in quarantine; those that live come back. */
  async probe(): Promise<void> {
    const waiting = await this.restores.listToProbe(probes);
    await Promise.all(waiting.map((one) => this.probeOne(one)));
  }

  private isStrict(provider: string, settings: Record<string, unknown>): boolean {
    try {
      return effectiveRotation(this.catalogue.resolve(provider, settings).rotation).mode === 'A';
    } catch {
      // Nobody vouches for it.
      return true;
    }
  }

  private async isolate({ id: restore }: Restore, { workspace, id }: Located): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection) return;
      const step = await applyTransition(tx, connection, 'quarantined', {
        actor: workerActor,
        reason: { code: 'database_restored', detail: restore },
      });
      if (!step.ok || !step.changed) return;
      await tx.get(SlotRepository).fenceOff(id);
      await tx.get(QuarantineRepository).insert(restore, id);
    });
    this.logger.warn({ connection: id, restore }, 'in quarantine: its tokens may be stale');
  }

  private async probeOne({ workspace, id }: Located): Promise<void> {
    const slots = await this.database.inWorkspace(workspace, (tx) => tx.get(SlotRepository).listOf(id));
    const said = await Promise.all(slots.map(({ slot }) => this.ask(workspace, id, slot)));
    const verdict = said.includes('dead')
      ? 'stale'
      : said.every((one) => one === 'alive')
        ? 'alive'
        : 'not_known';
    await this.database.inWorkspace(workspace, async (tx) => {
      const quarantine = tx.get(QuarantineRepository);
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection || connection.state !== 'quarantined') return quarantine.release(id);
      await quarantine.judge(id, verdict, againMs);
      if (verdict !== 'alive') return;
      await applyTransition(tx, connection, 'released', {
        actor: workerActor,
        reason: { code: 'found_alive' },
      });
      for (const { slot } of slots) await tx.get(SlotRepository).schedule(id, slot, 0);
      await quarantine.release(id);
    });
  }

  /** A rotation that is lost shows in the refresh token; where only the access token can be asked, in that one. */
  private async ask(
    workspace: string,
    connection: string,
    slot: string,
  ): Promise<'alive' | 'dead' | 'unknown'> {
    const facts = await this.store.load({ workspace, connection, slot });
    if (!facts?.renewal) return 'unknown';
    const { introspection, rotation, remainingMs } = facts.renewal;
    const target = { workspace, connection, slot, generation: facts.generation };
    const asked = { ...target, id: '', facts } as unknown as AnyAttempt<RefreshFacts>;
    if (introspection) return this.endpoint.ask(asked, 'refresh_token');
    const tells = rotation.killsAccessToken && (remainingMs ?? 1) > 0;
    return tells ? this.endpoint.ask(asked, 'access_token') : 'unknown';
  }
}
