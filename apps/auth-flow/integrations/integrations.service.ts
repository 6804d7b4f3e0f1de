import { Injectable } from '@nestjs/common';
import { checkIfMatch, mayUse, Problem, requestId, requireFreshSignIn, type Caller } from '#platform';
import { ProviderCatalogue } from '#providers';
import {
  AuditRepository,
  Database,
  IntegrationRepository,
  newId,
  OutboxRepository,
  type Integration,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';
import type { CreateIntegration, UpdateIntegration } from './integration.dto.js';
import { checkClient, columnsOf, newIntegration, profileOf, shownOf } from './integration-rules.js';
import { ProviderSettingsService } from './provider-settings.service.js';

/** What a paused integration is tried again after: its client may work now. */
const clientFields = ['client_id', 'client_secret', 'token_endpoint_auth_method', 'settings'] as const;

/** Integrations: our OAuth clients at providers. */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
    private readonly settings: ProviderSettingsService,
  ) {}

  async create(caller: Caller, wish: CreateIntegration): Promise<Integration> {
    const { provider, ...change } = wish;
    if (change.confirmation === false) requireFreshSignIn(caller);
    const profile = profileOf(this.catalogue, provider);
    // A draft may wait for its settings too; they are checked as soon as there are any, or a client.
    const complete = change.settings !== undefined || change.client_id !== undefined;
    const settings = complete ? await this.settings.check(provider, change.settings ?? {}) : {};
    const integration = {
      ...newIntegration(newId('int'), profile),
      ...columnsOf({ ...change, settings }),
    };
    checkClient(integration, profile, change.client_secret !== undefined);
    if (integration.clientId !== null) integration.state = 'active';
    const cipher = await this.vault.cipherFor(caller.workspace);
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      await tx.get(IntegrationRepository).insert(integration);
      await storeSecrets(tx, cipher, integration.id, change.client_secret);
      await audit(tx, caller, 'integration.created', integration.id, {
        provider,
        fields: Object.keys(change),
      });
      return found(tx, integration.id);
    });
  }

  async find({ workspace }: Caller, id: string): Promise<Integration> {
    return this.database.inWorkspace(workspace, (tx) => found(tx, id));
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<Integration[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(IntegrationRepository).list(limit + 1, after));
  }

  async update(
    caller: Caller,
    id: string,
    change: UpdateIntegration,
    ifMatch: string | undefined,
  ): Promise<Integration> {
    const known = await this.find(caller, id);
    const profile = profileOf(this.catalogue, known.provider);
    const becomesActive = known.state === 'draft' && change.client_id !== undefined;
    const settings =
      change.settings !== undefined || becomesActive
        ? await this.settings.check(known.provider, change.settings ?? known.settings)
        : undefined;
    const cipher = await this.vault.cipherFor(caller.workspace);
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const integrations = tx.get(IntegrationRepository);
      const integration = await integrations.lock(id);
      if (!integration) throw notFound(id);
      checkIfMatch(ifMatch, integration.version, () => shownOf(integration));
      if (integration.confirmation && change.confirmation === false) requireFreshSignIn(caller);
      const keepsSecret =
        change.client_secret === undefined && (await integrations.listSecrets(id)).length > 0;
      const hosts = await this.allowedNewHosts(tx, caller, { integration, settings, keepsSecret });
      const before = shownOf(integration, change);
      Object.assign(integration, columnsOf({ ...change, ...(settings && { settings }) }));
      checkClient(integration, profile, keepsSecret || change.client_secret !== undefined);
      if (integration.state === 'draft' && integration.clientId !== null) integration.state = 'active';
      const resumed = integration.state === 'paused' && clientFields.some((name) => change[name]);
      if (resumed) Object.assign(integration, { state: 'active', pausedReason: null });
      await integrations.update(integration);
      await storeSecrets(tx, cipher, id, change.client_secret);
      await audit(tx, caller, 'integration.updated', id, {
        fields: Object.keys(change),
        ...{ before, after: shownOf(integration, change) },
        ...(hosts.length > 0 && { new_hosts: hosts }),
      });
      if (resumed) await this.resume(tx, caller, integration);
      return found(tx, id);
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const integrations = tx.get(IntegrationRepository);
      if (!(await integrations.lock(id))) throw notFound(id);
      if (await integrations.hasConnections(id))
        throw new Problem('integration-in-use', 'Revoke its connections and erase them first.');
      await integrations.delete(id);
      await audit(tx, caller, 'integration.deleted', id, {});
    });
  }

  /** Hosts that the change brings in. @throws Problem `insufficient-scope` where only an admin may bring them in */
  private async allowedNewHosts(
    tx: Transaction,
    caller: Caller,
    change: { integration: Integration; settings?: Record<string, unknown>; keepsSecret: boolean },
  ): Promise<string[]> {
    const { integration, settings = integration.settings, keepsSecret } = change;
    const hosts = this.settings.newHosts(integration.provider, integration.settings, settings);
    if (hosts.length > 0 && !mayUse(caller, 'admin'))
      if (keepsSecret || (await tx.get(IntegrationRepository).hasConnections(integration.id)))
        throw newHostsProblem(hosts);
    return hosts;
  }

  /** Its slots are tried at once: what was due while it was paused is due now. */
  private async resume(tx: Transaction, caller: Caller, integration: Integration): Promise<void> {
    await tx.get(IntegrationRepository).releaseClaims(integration.id);
    await audit(tx, caller, 'integration.resumed', integration.id, {});
    await tx.get(OutboxRepository).append({
      subject: integration.id,
      type: 'integration.resumed',
      data: { integration: integration.id, provider: integration.provider, state: 'active' },
    });
  }
}

/** What is stored for one host (secret, refresh tokens) goes to another only by an admin: else a write key reads it. */
function newHostsProblem(hosts: readonly string[]): Problem {
  const detail = `would send what is stored to ${hosts.join(', ')}`;
  return new Problem('insufficient-scope', 'A changed endpoint host needs the scope admin.', {
    errors: [{ pointer: '/settings', detail }],
  });
}

async function storeSecrets(
  tx: Transaction,
  cipher: WorkspaceCipher,
  integration: string,
  secrets: readonly string[] | undefined,
): Promise<void> {
  if (!secrets) return;
  const integrations = tx.get(IntegrationRepository);
  await integrations.deleteSecrets(integration);
  // Given newest first, and listed by the time of their rows.
  for (const value of secrets.toReversed())
    await integrations.insertSecret(integration, (secret) => cipher.seal({ integration, secret }, value));
}

async function found(tx: Transaction, id: string): Promise<Integration> {
  const integration = await tx.get(IntegrationRepository).find(id);
  if (!integration) throw notFound(id);
  return integration;
}

function notFound(id: string): Problem {
  return new Problem('integration-not-found', `There is no integration ${id} in this workspace.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx
    .get(AuditRepository)
    .append({ actor, action, subject: { type: 'integration', id }, detail, requestId: requestId() });
}
