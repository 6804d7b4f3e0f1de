import { Injectable } from '@nestjs/common';
import { requestId } from '#platform';
import { AuditRepository, IntegrationRepository, OutboxRepository, type Transaction } from '#storage';

interface IntegrationKey {
  id: string;
  provider: string;
}

const actor = { type: 'service', id: 'refresh-worker' };

/** Pauses an integration whose client the provider refuses, and resumes it when the client works again. */
@Injectable()
export class IntegrationHealthService {
  /** One alert, however many connections find out. */
  async pause(tx: Transaction, integration: IntegrationKey, code: string): Promise<void> {
    if (await tx.get(IntegrationRepository).changeState(integration.id, 'active', 'paused', code))
      await tell(tx, integration, 'paused', code);
  }

  async resume(tx: Transaction, integration: IntegrationKey): Promise<void> {
    const integrations = tx.get(IntegrationRepository);
    if (!(await integrations.changeState(integration.id, 'paused', 'active', null))) return;
    await integrations.releaseClaims(integration.id);
    await tell(tx, integration, 'resumed');
  }
}

async function tell(
  tx: Transaction,
  { id, provider }: IntegrationKey,
  what: 'paused' | 'resumed',
  reason?: string,
): Promise<void> {
  const type = `integration.${what}`;
  await tx.get(AuditRepository).append({
    actor,
    action: type,
    subject: { type: 'integration', id },
    detail: { reason },
    requestId: requestId(),
  });
  const state = what === 'paused' ? 'paused' : 'active';
  const data = { integration: id, provider, state, ...(reason !== undefined && { reason }) };
  await tx.get(OutboxRepository).append({ subject: id, type, data });
}
