import { Injectable } from '@nestjs/common';
import { clientsWithSecrets, type OAuthClient } from '#oauth';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import {
  ConnectionRepository,
  Database,
  IntegrationRepository,
  TokenSetRepository,
  type Connection,
  type Integration,
  type RevocationItem,
} from '#storage';
import { Vault, VaultError, type WorkspaceCipher } from '#vault';

export type Kind = 'access_token' | 'refresh_token';

/** Undefined where there is no such token. */
export type Opened = { token: string } | 'unreadable' | undefined;

/** An item with all that it takes to tell its provider, and to ask what came of it. */
export interface Work {
  workspace: string;
  item: RevocationItem;
  connection: Connection;
  provider: ResolvedProvider | undefined;
  /** Newest secret first. */
  clients: OAuthClient[];
  tokens: Record<Kind, Opened>;
  /** Of the access token; null: not known to expire. */
  remainingMs: number | null;
  /** A grant of the same user that must not die with this one. */
  hasNewerGrant: boolean;
}

/** Loads and opens what belongs to an item. */
@Injectable()
export class ItemWorkService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** Undefined where its connection is gone. */
  async load(workspace: string, item: RevocationItem): Promise<Work | undefined> {
    const cipher = await this.vault.cipherFor(workspace);
    return this.database.inWorkspace(workspace, async (tx) => {
      const connections = tx.get(ConnectionRepository);
      const connection = await connections.find(item.connectionId);
      const integrations = tx.get(IntegrationRepository);
      const integration = connection && (await integrations.find(connection.integrationId));
      if (!connection || !integration) return undefined;
      const secrets = (await integrations.listSecrets(integration.id)).map((secret) =>
        cipher.open({ integration: integration.id, secret: secret.id }, secret.sealed).toString('utf8'),
      );
      const sealed = await tx.get(TokenSetRepository).findSealed(connection.id, item.slot, item.generation);
      const { clientId, tokenEndpointAuthMethod } = integration;
      return {
        workspace,
        item,
        connection,
        provider: this.resolve(integration),
        clients: clientId === null ? [] : clientsWithSecrets(clientId, tokenEndpointAuthMethod, secrets),
        tokens: {
          refresh_token: open(cipher, item, 'refresh', sealed?.sealedRefreshToken ?? null),
          access_token: open(cipher, item, 'access', sealed?.sealedAccessToken ?? null),
        },
        remainingMs: sealed?.remainingMs ?? null,
        hasNewerGrant: await connections.hasOtherGrant(connection),
      };
    });
  }

  private resolve(integration: Integration): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(integration.provider, integration.settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}

function open(
  cipher: WorkspaceCipher,
  { connectionId: connection, slot, generation }: RevocationItem,
  part: 'access' | 'refresh',
  sealed: Buffer | null,
): Opened {
  if (sealed === null) return undefined;
  try {
    return { token: cipher.open({ connection, slot, generation, part }, sealed).toString('utf8') };
  } catch (error) {
    if (error instanceof VaultError && error.code === 'tampered') return 'unreadable';
    throw error;
  }
}
