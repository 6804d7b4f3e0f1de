import { Injectable } from '@nestjs/common';
import { clientsWithSecrets, type OAuthClient } from '#oauth';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import { Database, type Integration, IntegrationRepository, type IntegrationSecret } from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';

/** An integration ready to speak to its provider. */
export interface IntegrationClient {
  integration: Integration;
  provider: ResolvedProvider;
  /** One for each client secret, newest first. */
  clients: [OAuthClient, ...OAuthClient[]];
}

/** Makes OAuth clients out of integrations: profile, settings and opened secrets. */
@Injectable()
export class IntegrationClientsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** Undefined where the integration is gone, a draft, lacks its secret, or its provider is not known here. */
  async load(workspace: string, integrationId: string): Promise<IntegrationClient | undefined> {
    const found = await this.database.inWorkspace(workspace, async (tx) => {
      const integrations = tx.get(IntegrationRepository);
      const integration = await integrations.find(integrationId);
      return integration && { integration, secrets: await integrations.listSecrets(integrationId) };
    });
    const provider = found && this.resolve(found.integration);
    if (!found || !provider || found.integration.clientId === null) return undefined;
    const cipher = await this.vault.cipherFor(workspace);
    const [first, ...rest] = clientsOf(found.integration, found.integration.clientId, found.secrets, cipher);
    return first && { integration: found.integration, provider, clients: [first, ...rest] };
  }

  /** The integration's provider with its settings; undefined where this build does not know it. */
  resolve(integration: Integration): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(integration.provider, integration.settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }

  providerName(integration: Integration): string {
    return this.catalogue.find(integration.provider)?.name ?? integration.provider;
  }
}

function clientsOf(
  { id, tokenEndpointAuthMethod: method }: Integration,
  clientId: string,
  secrets: readonly IntegrationSecret[],
  cipher: WorkspaceCipher,
): OAuthClient[] {
  const opened = secrets.map((secret) =>
    cipher.open({ integration: id, secret: secret.id }, secret.sealed).toString('utf8'),
  );
  return clientsWithSecrets(clientId, method, opened);
}
