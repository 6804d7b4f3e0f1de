import { Injectable, Logger } from '@nestjs/common';
import { type RefreshTiming, type TokenAnswer } from '#oauth';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import type { BeginTerms, FailureEffect, RefreshEnd, RefreshStore, RefreshTarget } from '#refresh';
import {
  AttemptRepository,
  Database,
  IntegrationRepository,
  newId,
  RefreshCalls,
  SlotRepository,
  type LoadedSlot,
} from '#storage';
import { Vault } from '#vault';
import { FailuresService } from './failures.service.js';
import { PromotionsService } from './promotions.service.js';
import { factsOf, type Attempt, type OpenAttempt, type RefreshFacts } from './refresh-facts.js';
import { WorkerIdentity } from './worker-identity.js';

/** Postgres, as the engine sees it: the hot three commits grouped, everything else one at a time. */
@Injectable()
export class RefreshStoreService implements RefreshStore<RefreshFacts> {
  private readonly logger = new Logger(RefreshStoreService.name);

  constructor(
    private readonly calls: RefreshCalls,
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
    private readonly worker: WorkerIdentity,
    private readonly promotions: PromotionsService,
    private readonly failures: FailuresService,
  ) {}

  async load(key: Omit<RefreshTarget, 'generation'>): Promise<RefreshFacts | undefined> {
    const row = await this.calls.load(key);
    const facts = row && factsOf(row, this.resolve(row), await this.vault.cipherFor(key.workspace));
    if (facts && facts.clients.length < (row.secrets?.length ?? 0))
      this.logger.warn({ integration: row.integration }, 'a client secret cannot be opened');
    return facts;
  }

  async begin(
    { workspace, connection, slot, generation }: RefreshTarget,
    { fence: loaded }: RefreshFacts,
    { trigger, timing: { leaseMs, deadlineMs } }: BeginTerms,
  ): Promise<{ id: string; fence: number } | undefined> {
    const id = newId('att');
    const fence = await this.calls.begin(this.worker.id, {
      ...{ workspace, connection, slot, generation, id, trigger, leaseMs, deadlineMs },
      fence: loaded,
    });
    return fence === undefined ? undefined : { id, fence };
  }

  claimProbe({ workspace }: RefreshTarget, { row }: RefreshFacts, everyMs: number): Promise<boolean> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(IntegrationRepository).claimProbe(row.integration, everyMs),
    );
  }

  takeOver(
    { id, target, facts }: OpenAttempt,
    { leaseMs }: RefreshTiming,
  ): Promise<{ fence: number; landed: Buffer | undefined } | undefined> {
    return this.database.inWorkspace(target.workspace, async (tx) => {
      const attempts = tx.get(AttemptRepository);
      const fence = await attempts.takeOver({ ...target, id, fence: facts!.fence }, this.worker.id, leaseMs);
      // Somebody else's turn only where this one dies.
      if (fence === undefined) return undefined;
      await attempts.postpone(id, leaseMs);
      return { fence, landed: (await attempts.findOpen(id))?.landed ?? undefined };
    });
  }

  renewLease({ workspace, connection, slot, fence, timing }: Attempt): Promise<boolean> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(SlotRepository).renewLease({ connectionId: connection, slot, fence }, timing.leaseMs),
    );
  }

  async land(workspace: string, attempt: string, sealed: Buffer): Promise<void> {
    await this.calls.land(workspace, attempt, sealed);
  }

  promote(attempt: Attempt, answer: TokenAnswer, ageMs: number): Promise<RefreshEnd> {
    return this.promotions.promote(attempt, answer, ageMs);
  }

  fail(attempt: Attempt, effect: FailureEffect): Promise<boolean> {
    return this.failures.apply(attempt, effect);
  }

  async findOpen(workspace: string, id: string): Promise<OpenAttempt | undefined> {
    const found = await this.database.inWorkspace(workspace, (tx) => tx.get(AttemptRepository).findOpen(id));
    if (!found) return undefined;
    const { connection, slot, generation, sinceStartMs, landed, spoolMayHold } = found;
    return {
      id,
      target: { workspace, connection, slot, generation },
      facts: await this.load({ workspace, connection, slot }),
      sinceStartMs,
      landed: landed ?? undefined,
      spoolMayHold: spoolMayHold && found.worker !== this.worker.id,
    };
  }

  close(workspace: string, id: string): Promise<void> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(AttemptRepository).closeWithoutAnswer(id));
  }

  postpone(workspace: string, id: string, inMs: number, attempt?: Attempt): Promise<void> {
    return this.database.inWorkspace(workspace, async (tx) => {
      if (attempt) {
        const { connection: connectionId, slot, fence } = attempt;
        const keeping = { dueInMs: null, failed: false, keepAttemptOpen: true };
        await tx.get(SlotRepository).release({ connectionId, slot, fence }, keeping);
      }
      await tx.get(AttemptRepository).postpone(id, inMs);
    });
  }

  private resolve({ provider, settings }: LoadedSlot): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(provider, settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}
