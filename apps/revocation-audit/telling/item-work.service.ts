import { Injectable } from '@nestjs/common';
import { clientsWithSecrets, type OAuthClient } from '#oauth';
import { ProviderCatalogue, ProviderError, requestLimitsOf, type ResolvedProvider } from '#providers';
import {
  ConnectionRepository,
  Database,
  IntegrationRepository,
  TellingRepository,
  TokenSetRepository,
  type Connection,
  type Integration,
  type RevocationItem,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';

export type Kind = 'access_token' | 'refresh_token';

/** Undefined where there is no such token. */
export type Opened = { token: string } | 'unreadable' | undefined;

/** An item with all that it takes to tell its provider, and to ask what came of it. */
export interface Work {
  workspace: string;
  item: RevocationItem;
  connection: Connection;
  provider: ResolvedProvider | undefined;
  /** What requests in its integration's name keep to. */
  limits: ReturnType<typeof requestLimitsOf>;
  /** Newest secret first. */
  clients: OAuthClient[];
  hasUnreadableSecret: boolean;
  tokens: Record<Kind, Opened>;
  /** Of the access token; null: not known to expire. */
  remainingMs: number | null;
  /** A grant of the same user that must not die with this one. */
  hasNewerGrant: boolean;
}

type Client = Pick<Work, 'provider' | 'limits' | 'clients' | 'hasUnreadableSecret'>;

/** Loads and opens what belongs to items. */
@Injectable()
export class ItemWorkService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** `erased`: items whose connection is gone, and their tokens with it. */
  async load(
    workspace: string,
    ids: readonly string[],
  ): Promise<{ works: Work[]; erased: RevocationItem[] }> {
    const cipher = await this.vault.cipherFor(workspace);
    return this.database.inWorkspace(workspace, async (tx) => {
      const items = await tx.get(TellingRepository).list(ids);
      const found = await tx.get(ConnectionRepository).findAll(items.map(({ connectionId }) => connectionId));
      const connections = new Map(found.map((connection) => [connection.id, connection]));
      const clients = await this.loadClients(tx, cipher, found);
      const tokens = await loadTokens(tx, cipher, items);
      const works: Work[] = [];
      const erased: RevocationItem[] = [];
      for (const item of items) {
        const connection = connections.get(item.connectionId);
        const client = connection && clients.get(connection.integrationId);
        if (!client) erased.push(item);
        else works.push({ workspace, item, connection, ...client, ...tokens(item), hasNewerGrant: false });
      }
      await noteNewerGrants(tx, works);
      return { works, erased };
    });
  }

  private async loadClients(
    tx: Transaction,
    cipher: WorkspaceCipher,
    connections: readonly Connection[],
  ): Promise<Map<string, Client>> {
    const ids = [...new Set(connections.map(({ integrationId }) => integrationId))];
    const integrations = tx.get(IntegrationRepository);
    const secrets = await integrations.listSecrets(...ids);
    const found = await integrations.findAll(ids);
    return new Map(
      found.map((integration) => {
        const { id, clientId, tokenEndpointAuthMethod } = integration;
        const own = secrets.filter(({ integrationId }) => integrationId === id);
        const opened = own.flatMap(
          ({ id: secret, sealed }) =>
            cipher.openIntact({ integration: id, secret }, sealed)?.toString('utf8') ?? [],
        );
        const clients =
          clientId === null ? [] : clientsWithSecrets(clientId, tokenEndpointAuthMethod, opened);
        const hasUnreadableSecret = opened.length < own.length;
        const provider = this.resolve(integration);
        const limits = requestLimitsOf(integration, provider);
        return [id, { provider, limits, clients, hasUnreadableSecret }];
      }),
    );
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

async function loadTokens(
  tx: Transaction,
  cipher: WorkspaceCipher,
  items: readonly RevocationItem[],
): Promise<(item: RevocationItem) => Pick<Work, 'tokens' | 'remainingMs'>> {
  const keyOf = (of: { connectionId: string; slot: string }) => `${of.connectionId} ${of.slot}`;
  const sets = await tx.get(TokenSetRepository).listSealed(items);
  const bySlot = new Map(sets.map((set) => [keyOf(set), set]));
  return (item) => {
    const sealed = bySlot.get(keyOf(item));
    return {
      tokens: {
        refresh_token: open(cipher, item, 'refresh', sealed?.sealedRefreshToken ?? null),
        access_token: open(cipher, item, 'access', sealed?.sealedAccessToken ?? null),
      },
      remainingMs: sealed?.remainingMs ?? null,
    };
  };
}

/** It matters only where telling the provider ends every grant of the user. */
async function noteNewerGrants(tx: Transaction, works: readonly Work[]): Promise<void> {
  const reaching = works.filter(({ provider }) => provider?.revocation?.reach === 'user_grants');
  if (reaching.length === 0) return;
  const ids = reaching.map(({ connection }) => connection.id);
  const newer = new Set(await tx.get(ConnectionRepository).listWithOtherGrant(ids));
  for (const work of reaching) work.hasNewerGrant = newer.has(work.connection.id);
}

function open(
  cipher: WorkspaceCipher,
  { connectionId: connection, slot, generation }: RevocationItem,
  part: 'access' | 'refresh',
  sealed: Buffer | null,
): Opened {
  if (sealed === null) return undefined;
  const opened = cipher.openIntact({ connection, slot, generation, part }, sealed);
  return opened ? { token: opened.toString('utf8') } : 'unreadable';
}
