import { requestId } from '#platform';
import { AuditRepository, OutboxRepository, type Transaction } from '#storage';
import { workerActor } from './promotions.service.js';
import type { Attempt } from './refresh-facts.js';

const type = 'token.leak_reported';

/**
 * The provider saw a refresh token used twice (RFC 9700 §4.14.2): told once an attempt, however often it is refused. The
 * other use may have been ours, where an answer was lost before; whoever hears of it is told that too.
 */
export async function tellReuse(tx: Transaction, attempt: Attempt): Promise<void> {
  const { id, connection, slot, generation, afterAmbiguity, facts } = attempt;
  const { integration, provider, endUserId } = facts.row;
  const outbox = tx.get(OutboxRepository);
  if (await outbox.has(connection, type, { attempt: id })) return;
  const detail = {
    source: 'provider_reuse',
    slot,
    generation,
    attempt: id,
    after_lost_answer: afterAmbiguity,
  };
  const data = { connection, integration, provider, end_user: endUserId, ...detail };
  await outbox.append({ subject: connection, type, data });
  await tx.get(AuditRepository).append({
    actor: workerActor,
    action: type,
    subject: { type: 'connection', id: connection },
    detail,
    requestId: requestId(),
  });
}
