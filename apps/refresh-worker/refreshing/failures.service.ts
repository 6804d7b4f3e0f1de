import { Injectable } from '@nestjs/common';
import { requestId } from '#platform';
import type { FailureEffect } from '#refresh';
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
import { IntegrationHealthService } from './integration-health.service.js';
import { workerActor } from './promotions.service.js';
import { tellReuse } from './reuse-report.js';
import type { Attempt } from './refresh-facts.js';
import { tokenEventData } from './token-event.js';

/** Does what the rules say that a failure does, in one transaction. */
@Injectable()
export class FailuresService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationHealthService,
  ) {}

  /** False where somebody else moved the slot: whoever lost the race is told so, and judges nobody (step 7). */
  async apply(attempt: Attempt, effect: FailureEffect): Promise<boolean> {
    return this.database.inWorkspace(attempt.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(attempt.connection);
      const slot = await tx.get(SlotRepository).find(attempt.connection, attempt.slot);
      if (!connection || !slot || slot.fence !== attempt.fence || slot.generation !== attempt.generation) {
        // Where the slot waits for this very attempt, a resolver has it in hand: closed, nobody would end the wait.
        if (slot?.openAttemptId !== attempt.id)
          await tx.get(AttemptRepository).close(attempt.id, { ...ending(effect), state: 'failed' });
        return false;
      }
      if (await hasLanded(tx, attempt, effect)) return true;
      if (effect.quarantineLanding) await tx.get(LandingRepository).mark(attempt.id, 'quarantined');
      await this.judgeIntegration(tx, attempt, effect);
      await end(tx, attempt, effect);
      await judgeConnection(tx, connection, effect);
      if (effect.trigger) await tell(tx, attempt, effect, connection, slot);
      if (effect.failure.tellsReuse) await tellReuse(tx, attempt);
      return true;
    });
  }

  private async judgeIntegration(tx: Transaction, { facts }: Attempt, effect: FailureEffect): Promise<void> {
    const { integration: id, provider, integrationState } = facts.row;
    if (effect.integration === 'pause') await this.integrations.pause(tx, { id, provider }, effect.code);
    if (effect.integration === 'resume' && integrationState === 'paused')
      await this.integrations.resume(tx, { id, provider });
  }
}

/**
 * Refused, yet an answer to this very attempt came meanwhile, from a spool or a worker that was thought dead; or an orphan
 * is left, which under some rotations is the lineage that lives. That one counts.
 */
async function hasLanded(tx: Transaction, attempt: Attempt, effect: FailureEffect): Promise<boolean> {
  if (effect.trigger !== 'reauthorization_required') return false;
  const { id, connection: connectionId, slot, fence, generation } = attempt;
  const landings = tx.get(LandingRepository);
  const own = (await landings.find(id))?.state === 'landed';
  const keeping = { dueInMs: null, failed: false, keepAttemptOpen: own };
  const attempts = tx.get(AttemptRepository);
  if (own) {
    await tx.get(SlotRepository).release({ connectionId, slot, fence }, keeping);
    await attempts.leaveOpen(id, { state: 'landed', resolveInMs: 0 });
    return true;
  }
  if (!(await landings.adoptOrphan({ connectionId, slot, generation }))) return false;
  await tx.get(SlotRepository).release({ connectionId, slot, fence }, { ...keeping, keepAttemptOpen: true });
  await attempts.close(id, { ...ending(effect), state: 'failed' });
  return true;
}

async function judgeConnection(
  tx: Transaction,
  connection: Connection,
  { trigger, code, failure }: FailureEffect,
): Promise<void> {
  if (!trigger) return;
  await applyTransition(tx, connection, trigger, {
    actor: workerActor,
    reason: { code, detail: failure.class, httpStatus: failure.httpStatus },
    requestId: requestId(),
  });
}

async function end(
  tx: Transaction,
  { id, connection, slot, fence }: Attempt,
  effect: FailureEffect,
): Promise<void> {
  const { dueInMs, countsAsFailure: failed, attempt } = effect;
  const keepAttemptOpen = 'resolveInMs' in attempt;
  await tx
    .get(SlotRepository)
    .release({ connectionId: connection, slot, fence }, { dueInMs, failed, keepAttemptOpen });
  const attempts = tx.get(AttemptRepository);
  if ('resolveInMs' in attempt)
    await attempts.leaveOpen(id, { ...ending(effect), state: 'ambiguous', resolveInMs: attempt.resolveInMs });
  else await attempts.close(id, { ...ending(effect), state: attempt.closeAs });
}

function ending({ failure }: FailureEffect) {
  return { failureClass: failure.class, errorCode: failure.code, httpStatus: failure.httpStatus };
}

async function tell(
  tx: Transaction,
  attempt: Attempt,
  { failure }: FailureEffect,
  connection: Connection,
  slot: ConnectionSlot,
): Promise<void> {
  await tx.get(OutboxRepository).append({
    subject: connection.id,
    type: 'token.refresh_failed',
    data: tokenEventData(attempt, {
      slot: attempt.slot,
      generation: attempt.generation,
      expiresAt: slot.expiresAt,
      failureClass: failure.class,
      errorCode: failure.code,
    }),
  });
}
