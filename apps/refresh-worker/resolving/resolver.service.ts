import { Injectable } from '@nestjs/common';
import {
  promotableStates,
  refreshableStates,
  resolveAmbiguous,
  type ConnectionState,
  type Resolution,
} from '#oauth';
import {
  AttemptRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  SlotRepository,
  type RefreshAttempt,
} from '#storage';
import { AttemptsService } from '../refreshing/attempts.service.js';
import type { Attempt } from '../refreshing/attempt.js';
import { RefreshesService } from '../refreshing/refreshes.service.js';
import { LivenessService } from './liveness.service.js';
import { OrphansService } from './orphans.service.js';

/** How long before somebody looks again at what cannot be decided now (paused, leased by a living worker). */
const laterMs = 5_000;

interface Found {
  attempt: RefreshAttempt;
  state: ConnectionState | undefined;
  /** Whether the slot is where this attempt set out from, and no other attempt is to change that. */
  stands: boolean;
  landed: Buffer | undefined;
}

/** Step 6: brings attempts to an end whose worker could not. */
@Injectable()
export class ResolverService {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptsService,
    private readonly refreshes: RefreshesService,
    private readonly liveness: LivenessService,
    private readonly orphans: OrphansService,
  ) {}

  /** Answers what was done, in a word. */
  async resolve(workspace: string, id: string): Promise<string> {
    const found = await this.find(workspace, id);
    if (!found) return 'gone';
    const { attempt, state, stands, landed } = found;
    if (!stands || state === undefined || !promotableStates.includes(state))
      return landed ? this.orphans.settle(workspace, attempt, landed) : this.close(workspace, id);
    if (!landed && !refreshableStates.includes(state)) return this.wait(workspace, attempt);
    const permitted = landed ? promotableStates : refreshableStates;
    const taken = await this.attempts.takeOver(workspace, attempt, permitted);
    if (!taken) return this.wait(workspace, attempt);
    if (landed) return (await this.refreshes.digestLanded(taken, landed)).outcome;
    return this.resolveUnlanded(taken, attempt);
  }

  private async resolveUnlanded(taken: Attempt, attempt: RefreshAttempt): Promise<string> {
    let resolution = this.decide(taken, attempt, 'not-asked');
    if (resolution.action === 'ask-liveness')
      resolution = this.decide(taken, attempt, await this.liveness.ask(taken, resolution.of));
    if (resolution.action === 'retry-now') return (await this.refreshes.spend(taken)).outcome;
    const inMs = resolution.action === 'retry-late' ? resolution.inMs : laterMs;
    await this.leave(taken, inMs);
    return resolution.action;
  }

  private decide(
    { rotation, accessToken, provider }: Attempt,
    { startedAt }: RefreshAttempt,
    liveness: 'not-asked' | 'alive' | 'dead' | 'unknown',
  ): Resolution {
    return resolveAmbiguous({
      rotation,
      sinceFirstSendMs: Date.now() - startedAt.getTime(),
      accessTokenRemainingMs: accessToken.remainingMs,
      accessTokenLifetimeMs: accessToken.lifetimeMs,
      introspection: provider.introspection,
      liveness,
    });
  }

  private async find(workspace: string, id: string): Promise<Found | undefined> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const attempt = await tx.get(AttemptRepository).find(id);
      if (!attempt || attempt.closedAt) return undefined;
      const connection = await tx.get(ConnectionRepository).find(attempt.connectionId);
      const slot = await tx.get(SlotRepository).find(attempt.connectionId, attempt.slot);
      const landing = await tx.get(LandingRepository).find(id);
      const landed = landing && landing.state !== 'quarantined' ? landing.sealedAnswer : undefined;
      const mayWait = landed !== undefined || slot?.openAttemptId === id;
      return {
        attempt,
        state: connection?.state as ConnectionState | undefined,
        stands: mayWait && slot?.generation === attempt.baseGeneration,
        landed,
      };
    });
  }

  private async close(workspace: string, id: string): Promise<string> {
    await this.database.inWorkspace(workspace, (tx) =>
      tx.get(AttemptRepository).close(id, { state: 'resolved' }),
    );
    return 'closed';
  }

  private async wait(workspace: string, { id, state }: RefreshAttempt): Promise<string> {
    await this.database.inWorkspace(workspace, (tx) =>
      tx.get(AttemptRepository).leaveOpen(id, { state, resolveInMs: laterMs }),
    );
    return 'waits';
  }

  /** Gives the lease back; the token in hand is served meanwhile. */
  private async leave(
    { workspace, id, connection, slot, fence }: Attempt,
    resolveInMs: number,
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      await tx
        .get(SlotRepository)
        .release(
          { connectionId: connection, slot, fence },
          { dueInMs: null, failed: false, keepAttemptOpen: true },
        );
      await tx.get(AttemptRepository).leaveOpen(id, { state: 'ambiguous', resolveInMs });
    });
  }
}
