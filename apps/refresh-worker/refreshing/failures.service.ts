import { Injectable } from '@nestjs/common';
import { backoffMs, needsResolver, type Failure } from '#oauth';
import { requestId } from '#platform';
import {
  applyTransition,
  AttemptRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  OutboxRepository,
  SlotRepository,
  type Connection,
  type ConnectionSlot,
  type Transaction,
} from '#storage';
import type { Attempt, RefreshEnd } from './attempt.js';
import { probeEveryMs } from './attempts.service.js';
import { IntegrationHealthService } from './integration-health.service.js';
import { placeOf, workerActor } from './promotions.service.js';
import { tokenEventData } from './token-event.js';

/** How long before the resolver looks at an attempt whose end is not known. */
const resolveSoonMs = 500;

interface Effect {
  tx: Transaction;
  attempt: Attempt;
  failure: Failure;
  connection: Connection;
  slot: ConnectionSlot;
}

/** What a failure does, by its class (refresh-protocol, "Classes of failure"). */
@Injectable()
export class FailuresService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationHealthService,
  ) {}

  async apply(attempt: Attempt, failure: Failure): Promise<RefreshEnd> {
    return this.database.inWorkspace(attempt.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(attempt.connection);
      const slot = await tx.get(SlotRepository).find(attempt.connection, attempt.slot);
      // Step 7: whoever lost the race is told so, and judges nobody.
      if (!connection || !slot || slot.fence !== attempt.fence || slot.generation !== attempt.generation) {
        await tx.get(AttemptRepository).close(attempt.id, closing('failed', failure));
        return { outcome: 'superseded' };
      }
      const effect = { tx, attempt, failure, connection, slot };
      const dueInMs = await this.effectOf(effect);
      return endOf(failure, dueInMs);
    });
  }

  /** Answers when it is tried again; null: not by schedule. */
  private async effectOf(effect: Effect): Promise<number | null> {
    const { failure, attempt } = effect;
    if (failure.class === 'PROTOCOL') return this.quarantine(effect);
    if (needsResolver(failure, attempt.rotation.mode)) return this.leaveToResolver(effect);
    // What says nothing about the doubt leaves it open: whatever refuses the token later tells of a lost rotation.
    if (attempt.afterAmbiguity && failure.class !== 'REAUTHORIZE') return this.stayInDoubt(effect);
    switch (failure.class) {
      case 'REAUTHORIZE':
        return this.needUser(effect);
      case 'CLIENT_CONFIG':
        await this.integrations.pause(effect.tx, attempt.integration, failure.code);
        return this.close(effect, { dueInMs: probeEveryMs, failed: false });
      case 'THROTTLED':
        return this.close(effect, { dueInMs: waitOf(effect), failed: false });
      default:
        await this.degrade(effect);
        return this.close(effect, { dueInMs: waitOf(effect), failed: true });
    }
  }

  private async needUser(effect: Effect): Promise<number | null> {
    const { tx, attempt, failure, connection } = effect;
    // Refused after a request whose end was never known: we lost the rotation, the user did not leave.
    const lost = attempt.afterAmbiguity && attempt.rotation.mode !== 'none';
    const code = lost ? 'lost_rotation' : failure.code;
    // A client whose grant is looked at was let in.
    if (attempt.integration.state === 'paused') await this.integrations.resume(tx, attempt.integration);
    await this.close(effect, { dueInMs: null, failed: true });
    await applyTransition(tx, connection, 'reauthorization_required', {
      actor: workerActor,
      reason: { code, httpStatus: failure.httpStatus },
      requestId: requestId(),
    });
    await tell(effect);
    return null;
  }

  /** A 2xx that nobody understands stays landed. Where the token may be used up, the resolver goes on. */
  private async quarantine(effect: Effect): Promise<number | null> {
    const { tx, attempt } = effect;
    await tx.get(LandingRepository).mark(attempt.id, 'quarantined');
    if (attempt.rotation.mode !== 'none') return this.leaveToResolver(effect);
    await this.degrade(effect);
    return this.close(effect, { dueInMs: waitOf(effect), failed: true });
  }

  /** The first time at once; a resolver's own try that came to nothing backs off like any other. */
  private async leaveToResolver(effect: Effect): Promise<number> {
    await this.degrade(effect);
    return this.leaveOpen(effect, effect.attempt.afterAmbiguity ? waitOf(effect) : resolveSoonMs, true);
  }

  private async stayInDoubt(effect: Effect): Promise<number> {
    const { tx, attempt, failure } = effect;
    if (failure.class === 'THROTTLED') return this.leaveOpen(effect, waitOf(effect), false);
    if (failure.class === 'CLIENT_CONFIG') {
      await this.integrations.pause(tx, attempt.integration, failure.code);
      return this.leaveOpen(effect, probeEveryMs, false);
    }
    await this.degrade(effect);
    return this.leaveOpen(effect, waitOf(effect), true);
  }

  private async leaveOpen(
    { tx, attempt, failure }: Effect,
    resolveInMs: number,
    failed: boolean,
  ): Promise<number> {
    const at = { ...placeOf(attempt), fence: attempt.fence };
    await tx.get(SlotRepository).release(at, { dueInMs: null, failed, keepAttemptOpen: true });
    await tx.get(AttemptRepository).leaveOpen(attempt.id, {
      state: 'ambiguous',
      resolveInMs,
      failureClass: failure.class,
      errorCode: failure.code,
    });
    return resolveInMs;
  }

  private async degrade(effect: Effect): Promise<void> {
    const { tx, connection, failure } = effect;
    await applyTransition(tx, connection, 'renewal_failed', {
      actor: workerActor,
      reason: { code: failure.code, detail: failure.class, httpStatus: failure.httpStatus },
      requestId: requestId(),
    });
    await tell(effect);
  }

  private async close(
    { tx, attempt, failure }: Effect,
    next: { dueInMs: number | null; failed: boolean },
  ): Promise<number | null> {
    await tx.get(SlotRepository).release({ ...placeOf(attempt), fence: attempt.fence }, next);
    const state = failure.class === 'TRANSIENT' && !failure.httpStatus ? 'not_sent' : 'failed';
    await tx.get(AttemptRepository).close(attempt.id, closing(state, failure));
    return next.dueInMs;
  }
}

function closing(state: 'failed' | 'not_sent', failure: Failure) {
  return {
    state,
    failureClass: failure.class,
    errorCode: failure.code,
    httpStatus: failure.httpStatus,
  };
}

function waitOf({ failure, slot }: Effect): number {
  const { retryAfterMs } = failure;
  return backoffMs({ failures: slot.failures + 1, random: Math.random(), retryAfterMs });
}

async function tell({ tx, attempt, failure, connection, slot }: Effect): Promise<void> {
  await tx.get(OutboxRepository).append({
    subject: connection.id,
    type: 'token.refresh_failed',
    data: tokenEventData(connection, {
      slot: attempt.slot,
      generation: attempt.generation,
      expiresAt: slot.expiresAt,
      failureClass: failure.class,
      errorCode: failure.code,
    }),
  });
}

function endOf(failure: Failure, dueInMs: number | null): RefreshEnd {
  return {
    outcome: 'failed',
    failureClass: failure.class,
    errorCode: failure.code,
    retryAfterMs: failure.retryAfterMs ?? dueInMs ?? undefined,
  };
}
