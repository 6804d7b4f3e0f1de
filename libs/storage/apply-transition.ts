import { transition, type ConnectionState, type Transition, type Trigger } from '#oauth';
import type { Connection, ConnectionReason } from './entities/connection.entity.js';
import { AuditRepository, type AuditActor } from './repositories/audit.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { OutboxRepository } from './repositories/outbox.repository.js';
import type { Transaction } from './transaction.js';

/** Who and why. `reason.code` is a stable word; `detail` is for people; neither holds a secret. */
export interface TransitionCause {
  actor: AuditActor;
  reason?: { code: string; detail?: string; httpStatus?: number };
  requestId?: string;
}

/**
 * The one way in which a connection's state changes: by the table of #oauth, with its audit entry and its event in
 * the same transaction. `connection` must be locked; it is updated in place. A refusal is answered, not thrown.
 */
export async function applyTransition(
  tx: Transaction,
  connection: Connection,
  trigger: Trigger,
  { actor, reason, requestId }: TransitionCause,
): Promise<Transition> {
  const from = connection.state;
  const step = transition(from as ConnectionState, trigger, connection.returnState as ConnectionState | null);
  if (!step.ok || !step.changed) return step;
  const kept: ConnectionReason | null = reason ? { ...reason, at: new Date().toISOString() } : null;
  Object.assign(connection, { state: step.to, returnState: step.returnTo, reason: kept });
  connection.version += 1;
  await tx.get(ConnectionRepository).changeState(connection.id, {
    state: step.to,
    returnState: step.returnTo,
    reason: kept,
  });
  if (step.event === null) return step;
  await tx.get(AuditRepository).append({
    actor,
    action: step.event,
    subject: { type: 'connection', id: connection.id },
    detail: { from, to: step.to, ...(reason && { reason: reason.code, detail: reason.detail }) },
    requestId,
  });
  await tx.get(OutboxRepository).append({
    subject: connection.id,
    type: step.event,
    data: connectionEventData(connection, reason?.code),
  });
  return step;
}

/** The data of a connection's events: who and what, never a token. */
export function connectionEventData(connection: Connection, reason?: string): Record<string, unknown> {
  return {
    connection: connection.id,
    integration: connection.integrationId,
    provider: connection.provider,
    end_user: connection.endUserId,
    state: connection.state,
    ...(reason !== undefined && { reason }),
  };
}
