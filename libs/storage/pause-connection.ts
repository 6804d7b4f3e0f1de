import type { Transition } from '#oauth';
import { applyTransition, type TransitionCause } from './apply-transition.js';
import type { Connection } from './entities/connection.entity.js';
import { AuditRepository } from './repositories/audit.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { SlotRepository } from './repositories/slot.repository.js';
import type { Transaction } from './transaction.js';

/**
 * Pauses a connection, which must be locked, for a reason of its own: where a freeze had paused it before, lifting that
 * no longer resumes it. A refusal is answered, not thrown.
 */
export async function pauseConnection(
  tx: Transaction,
  connection: Connection,
  cause: TransitionCause,
): Promise<Transition> {
  const step = await applyTransition(tx, connection, 'paused', cause);
  if (!step.ok) return step;
  if (step.changed) await tx.get(SlotRepository).fenceOff(connection.id);
  else if (await tx.get(ConnectionRepository).keepPaused(connection.id, cause.reason))
    await tx.get(AuditRepository).append({
      actor: cause.actor,
      action: 'connection.paused',
      subject: { type: 'connection', id: connection.id },
      detail: { from: 'paused', to: 'paused', reason: cause.reason?.code, detail: cause.reason?.detail },
      requestId: cause.requestId,
    });
  return step;
}
