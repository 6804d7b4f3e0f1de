import { Injectable } from '@nestjs/common';
import { Metrics, requestId } from '#platform';
import {
  AuditRepository,
  AuthorizationRequestRepository,
  ConnectSessionRepository,
  Database,
  type Integration,
  IntegrationRepository,
  type Transaction,
} from '#storage';
import { IntegrationClientsService } from './integration-clients.service.js';
import { RefusalAllowance } from './refusal-allowance.js';
import type { Refusal, RefusalPlace } from './refusal.js';
import { UnwantedGrantsService } from './unwanted-grants.service.js';

/** Repeating these tells nothing new; a mail scanner would fill the log with them. */
const toldOnce: ReadonlySet<string> = new Set([
  'link_expired',
  'too_many_attempts',
  'integration_unavailable',
  'workspace_suspended',
]);

/** Writes down why an authorization was refused: on its session, for the API's caller, and in the audit log. */
@Injectable()
export class RefusalsService {
  private readonly strangers = new RefusalAllowance();
  private readonly refused;

  constructor(
    private readonly database: Database,
    private readonly unwantedGrants: UnwantedGrantsService,
    private readonly clients: IntegrationClientsService,
    metrics: Metrics,
  ) {
    this.refused = metrics.counter({
      name: 'evergrant_authorizations_refused_total',
      help: 'Authorizations that ended in a refusal, by its code',
      labelNames: ['code'],
    });
  }

  /** Answers the provider's name, for the page. */
  async record(refusal: Refusal, address: string): Promise<{ providerName?: string }> {
    this.refused.inc({ code: refusal.code });
    const { place } = refusal;
    if (!place) return {};
    const integrationId = place.session?.integrationId ?? place.integrationId ?? '';
    const unwanted = refusal.extra.unwanted ?? [];
    const givenBack =
      unwanted.length > 0
        ? await this.unwantedGrants.giveBack(place.workspace, integrationId, unwanted)
        : undefined;
    const integration = await this.database.inWorkspace(place.workspace, async (tx) => {
      if (place.requestId !== undefined) await tx.get(AuthorizationRequestRepository).erase(place.requestId);
      await this.write(tx, refusal, place, { address, givenBack, integrationId });
      return tx.get(IntegrationRepository).find(integrationId);
    });
    return { providerName: this.nameOf(integration) };
  }

  private async write(
    tx: Transaction,
    refusal: Refusal,
    { session, bound, requestId: authorization }: RefusalPlace,
    more: { address: string; givenBack: boolean | undefined; integrationId: string },
  ): Promise<void> {
    const { code, detail, extra } = refusal;
    if (!session && !this.strangers.take(more.integrationId, Date.now())) return;
    if (session && toldOnce.has(code) && session.failureCode === code) return;
    if (session) await tx.get(ConnectSessionRepository).recordFailure(session.id, { code, detail });
    await tx.get(AuditRepository).append({
      actor:
        session && bound
          ? { type: 'end_user', id: session.endUserId }
          : { type: 'anonymous', id: more.address },
      action: 'connect_session.refused',
      subject: session
        ? { type: 'connect_session', id: session.id }
        : { type: 'integration', id: more.integrationId },
      detail: {
        code,
        provider_code: extra.providerCode,
        integration: more.integrationId,
        authorization,
        grant_given_back: more.givenBack,
      },
      requestId: requestId(),
    });
  }

  private nameOf(integration: Integration | null): string | undefined {
    return integration === null ? undefined : this.clients.providerName(integration);
  }
}
