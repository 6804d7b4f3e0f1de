import { clientsWithSecrets, effectiveRotation, type EffectiveRotation, type OAuthClient } from '#oauth';
import type { ResolvedProvider } from '#providers';
import type { Attempt as AnyAttempt, OpenAttempt as AnyOpenAttempt, SlotFacts } from '#refresh';
import type { LoadedSlot } from '#storage';
import type { WorkspaceCipher } from '#vault';

/** What the rules look at, and what it takes to send, seal and install. */
export interface RefreshFacts extends SlotFacts {
  row: LoadedSlot;
  /** Undefined where this release does not know it, or its settings no longer fit. */
  provider: ResolvedProvider | undefined;
  /** Newest secret first. */
  clients: OAuthClient[];
  cipher: WorkspaceCipher;
  /** Absent for client credentials. */
  refreshToken: string | undefined;
}

export type Attempt = AnyAttempt<RefreshFacts>;
export type OpenAttempt = AnyOpenAttempt<RefreshFacts>;

const reusable: EffectiveRotation = { mode: 'none', graceMs: null, killsAccessToken: false };

export function factsOf(
  row: LoadedSlot,
  provider: ResolvedProvider | undefined,
  cipher: WorkspaceCipher,
): RefreshFacts {
  const clients = clientsOf(row, cipher);
  const refreshToken = refreshTokenOf(row, cipher);
  const ownAuthority = row.grantType === 'client_credentials';
  const { remainingMs, lifetimeMs } = row;
  const hasTokens = row.sealedAccessToken !== null || row.sealedRefreshToken !== null;
  const renewable =
    provider && clients.length > 0 && hasTokens && (ownAuthority || refreshToken !== undefined);
  return {
    ...rulesOf(row),
    renewal: renewable
      ? {
          rotation: ownAuthority ? reusable : effectiveRotation(provider.rotation),
          introspection: provider.introspection,
          remainingMs,
          lifetimeMs,
        }
      : null,
    row,
    provider,
    clients,
    cipher,
    refreshToken,
  };
}

function rulesOf(row: LoadedSlot): Omit<SlotFacts, 'renewal'> {
  const {
    state,
    integrationState,
    pausedReason,
    generation,
    fence,
    leased,
    openAttempt,
    throttledMs,
    failures,
  } = row;
  return {
    ...{
      state,
      integrationState,
      pausedReason,
      generation,
      fence,
      leased,
      openAttempt,
      throttledMs,
      failures,
    },
  };
}

function clientsOf(row: LoadedSlot, cipher: WorkspaceCipher): OAuthClient[] {
  const { clientId, tokenEndpointAuthMethod, integration, secretIds, secrets } = row;
  if (clientId === null) return [];
  const opened = (secrets ?? []).flatMap(
    (sealed, nth) =>
      cipher.openIntact({ integration, secret: secretIds![nth]! }, sealed)?.toString('utf8') ?? [],
  );
  return clientsWithSecrets(clientId, tokenEndpointAuthMethod, opened);
}

function refreshTokenOf(row: LoadedSlot, cipher: WorkspaceCipher): string | undefined {
  const { connection, slot, generation, sealedRefreshToken: sealed } = row;
  return sealed
    ? cipher.open({ connection, slot, generation, part: 'refresh' }, sealed).toString('utf8')
    : undefined;
}
