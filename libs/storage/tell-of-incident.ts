import type { Database } from './database.js';
import type { ProviderIncident, ProviderIncidents } from './provider-incidents.js';
import { AuditRepository, type AuditActor } from './repositories/audit.repository.js';
import { OutboxRepository } from './repositories/outbox.repository.js';

interface Told {
  type: 'provider.incident_opened' | 'provider.incident_closed';
  actor: AuditActor;
  requestId?: string | undefined;
}

/** An incident is of all who use the provider: each workspace has its event and its audit entry. */
export async function tellOfIncident(
  database: Database,
  incidents: ProviderIncidents,
  { id, provider, kind, openedAt, closedAt }: ProviderIncident,
  { type, actor, requestId }: Told,
): Promise<void> {
  const data = {
    ...{ incident: id, provider, kind, opened_at: openedAt.toISOString() },
    closed_at: closedAt?.toISOString() ?? null,
  };
  for (const workspace of await incidents.listWorkspaces(provider))
    await database.inWorkspace(workspace, async (tx) => {
      await tx.get(OutboxRepository).append({ subject: id, type, data });
      await tx.get(AuditRepository).append({
        actor,
        action: type,
        subject: { type: 'provider', id: provider },
        detail: { incident: id, kind },
        requestId,
      });
    });
}
