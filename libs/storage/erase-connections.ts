import { connectionEventData } from './apply-transition.js';
import type { Connection } from './entities/connection.entity.js';
import { AuditRepository, type AuditActor } from './repositories/audit.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { ErasureRepository } from './repositories/erasure.repository.js';
import { OutboxRepository } from './repositories/outbox.repository.js';
import type { Transaction } from './transaction.js';

export interface ErasureCause {
  actor: AuditActor;
  requestId?: string | undefined;
  /** More for the audit entry, such as what it is part of. */
  about?: Record<string, unknown>;
}

/** The connections of those that are there, locked with their connect sessions in the one order that rules out deadlocks. */
export async function lockForErasure(tx: Transaction, ids: readonly string[]): Promise<Connection[]> {
  await tx.get(ErasureRepository).lockSessions(ids);
  return tx.get(ConnectionRepository).lockAll(ids);
}

/**
 * The one way in which connections are erased: sealed tokens with their keys, fingerprints, landings, readers, the connect
 * sessions with name and address, in one transaction with audit entries and events. They must be locked, and at their end.
 */
export async function eraseConnections(
  tx: Transaction,
  connections: readonly Connection[],
  { actor, requestId, about }: ErasureCause,
): Promise<void> {
  if (connections.length === 0) return;
  const ids = connections.map(({ id }) => id);
  await tx.get(ErasureRepository).deleteSessions(ids);
  await tx.get(ErasureRepository).deleteConnections(ids);
  await tx.get(ErasureRepository).deleteVainSessions(connections.flatMap(({ endUserId }) => endUserId ?? []));
  await tx.get(AuditRepository).appendAll(
    connections.map(({ id, state }) => ({
      ...{ actor, action: 'connection.erased', subject: { type: 'connection', id }, requestId },
      detail: { state, ...about },
    })),
  );
  await tx.get(OutboxRepository).appendAll(
    connections.map((connection) => ({
      ...{ subject: connection.id, type: 'connection.erased', data: connectionEventData(connection) },
    })),
  );
}
