import { requestId, type Actor } from '#platform';
import { AuditRepository, type Transaction } from '#storage';

/** Writes down a step in the life of a revocation, beside the entries of its connections. */
export async function auditRevocation(
  tx: Transaction,
  { actor }: { actor: Actor },
  step: string,
  id: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await tx.get(AuditRepository).append({
    actor,
    action: `revocation.${step}`,
    subject: { type: 'revocation', id },
    detail,
    requestId: requestId(),
  });
}
