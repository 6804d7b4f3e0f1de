import { transition, type ConnectionState, type Transition, type Trigger } from '#oauth';
import type { Connection, ConnectionReason } from './entities/connection.entity.js';
import { AuditRepository, type AuditActor, type AuditRecord } from './repositories/audit.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { OutboxRepository, type NewEvent } from './repositories/outbox.repository.js';
import type { Transaction } from './transaction.js';

/** Who and why. `reason.code` is a stable word; `detail` is for people; neither holds a secret. */
export interface TransitionCause {
  actor: AuditActor;
  reason?: { code: string; detail?: string; httpStatus?: number };
  requestId?: string;
  /** More for the audit entry, such as the job that it is part of. */
  about?: Record<string, unknown>;
}

/**
 * The one way in which a connection's state changes: by the table of #oauth, with its audit entry and its event in
 * the same transaction. `connection` must be locked; it is updated in place. A refusal is answered, not thrown.
 */
export async function applyTransition(
  tx: Transaction,
  connection: Connection,
  trigger: Trigger,
  cause: TransitionCause,
): Promise<Transition> {
  const from = connection.state;
  const step = transition(from as ConnectionState, trigger, connection.returnState as ConnectionState | null);
  if (!step.ok || !step.changed) return step;
  await tx.get(ConnectionRepository).changeState(connection.id, {
    state: step.to,
    returnState: step.returnTo,
    reason: install(connection, step, cause),
  });
  if (step.event === null) return step;
  const { audit, event } = traceOf(connection, from, step.event, cause);
  await tx.get(AuditRepository).append(audit);
  await tx.get(OutboxRepository).append(event);
  return step;
}

/**
 * The same for many, which must be locked, with three statements in all. Answers those that changed, as they are now;
 * those that the table refuses, or that are there already, stay as they were.
 */
export async function applyTransitions(
  tx: Transaction,
  connections: readonly Connection[],
  trigger: Trigger,
  cause: TransitionCause,
): Promise<Connection[]> {
  const changed: Connection[] = [];
  const traces: ReturnType<typeof traceOf>[] = [];
  for (const connection of connections) {
    const from = connection.state;
    const step = transition(
      from as ConnectionState,
      trigger,
      connection.returnState as ConnectionState | null,
    );
    if (!step.ok || !step.changed) continue;
    install(connection, step, cause);
    changed.push(connection);
    if (step.event !== null) traces.push(traceOf(connection, from, step.event, cause));
  }
  if (changed.length === 0) return changed;
  await tx.get(ConnectionRepository).changeStates(changed);
  await tx.get(AuditRepository).appendAll(traces.map(({ audit }) => audit));
  await tx.get(OutboxRepository).appendAll(traces.map(({ event }) => event));
  return changed;
}

/** Puts a step's outcome into the entity; answers the reason that is stored with it. */
function install(
  connection: Connection,
  { to, returnTo }: { to: ConnectionState; returnTo: ConnectionState | null },
  { reason }: TransitionCause,
): ConnectionReason | null {
  const kept: ConnectionReason | null = reason ? { ...reason, at: new Date().toISOString() } : null;
  Object.assign(connection, { state: to, returnState: returnTo, reason: kept });
  connection.version += 1;
  return kept;
}

/** What a step leaves behind: its audit entry and its event. */
function traceOf(
  connection: Connection,
  from: string,
  type: string,
  { actor, reason, requestId, about }: TransitionCause,
): { audit: AuditRecord; event: NewEvent } {
  const why = reason && { reason: reason.code, detail: reason.detail };
  return {
    audit: {
      actor,
      action: type,
      subject: { type: 'connection', id: connection.id },
      detail: { from, to: connection.state, ...why, ...about },
      requestId,
    },
    event: { subject: connection.id, type, data: connectionEventData(connection, reason?.code) },
  };
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
    ...(Object.keys(connection.tags).length > 0 && { tags: connection.tags }),
  };
}
