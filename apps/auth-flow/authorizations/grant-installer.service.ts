import { Injectable } from '@nestjs/common';
import { reauthorizeBy, refreshableStates, refreshDue, type ConnectionState, type SlotTokens } from '#oauth';
import type { ResolvedProvider } from '#providers';
import {
  type Connection,
  ConnectionRepository,
  type Integration,
  newId,
  type SlotLife,
  SlotRepository,
  TokenSetRepository,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';
import { type Grant, grantedScopes } from './grant.js';

/** Where a grant goes. The connection is locked, and its state already the one that it will have. */
export interface GrantPlace {
  connection: Connection;
  integration: Integration;
  provider: ResolvedProvider;
}

/** Writes a grant's tokens, sealed, as the next generation of each of its slots. */
@Injectable()
export class GrantInstaller {
  constructor(private readonly vault: Vault) {}

  /** The cipher is loaded before the transaction: nothing here can fail but the database. */
  async install(tx: Transaction, cipher: WorkspaceCipher, place: GrantPlace, grant: Grant): Promise<void> {
    const { connection } = place;
    const slots = tx.get(SlotRepository);
    const known = new Set((await slots.listOf(connection.id)).map(({ slot }) => slot));
    for (const tokens of grant.tokens) {
      if (!known.has(tokens.slot)) await slots.insert(connection.id, tokens.slot, newId('slt'));
      const life = lifeOf(tokens, place, grant.receivedAt);
      const generation = await slots.advanceByAuthorization(connection.id, tokens.slot, life);
      await this.insert(tx, cipher, { connection, tokens, generation, life });
      await tx.get(TokenSetRepository).eraseBefore(connection.id, tokens.slot, generation);
    }
    await tx.get(ConnectionRepository).recordGrant(connection.id, {
      subject: grant.subject,
      scopesGranted: grantedScopes(grant.tokens, connection.scopesRequested),
      metadata: grant.captured,
    });
  }

  /** Schedules the renewal of what was installed while its connection was pending. */
  async schedule(tx: Transaction, place: GrantPlace): Promise<void> {
    const slots = tx.get(SlotRepository);
    for (const { slot, lifetimeMs, ageMs, renewable } of await slots.listLives(place.connection.id)) {
      const dueInMs = dueOf(place, { lifetimeMs, ageMs, renewable });
      await slots.schedule(place.connection.id, slot, dueInMs);
    }
  }

  private async insert(
    tx: Transaction,
    cipher: WorkspaceCipher,
    set: { connection: Connection; tokens: SlotTokens; generation: number; life: SlotLife },
  ): Promise<void> {
    const { connection, tokens, generation, life } = set;
    const { slot, accessToken, refreshToken } = tokens;
    const binding = { connection: connection.id, slot, generation };
    await tx.get(TokenSetRepository).insert({
      connectionId: connection.id,
      slot,
      generation,
      sealedAccessToken: cipher.seal({ ...binding, part: 'access' }, accessToken),
      sealedRefreshToken:
        refreshToken === undefined ? null : cipher.seal({ ...binding, part: 'refresh' }, refreshToken),
      accessTokenFingerprint: this.vault.fingerprint(accessToken),
      refreshTokenFingerprint: refreshToken === undefined ? null : this.vault.fingerprint(refreshToken),
      tokenType: tokens.tokenType,
      scope: tokens.scope ?? connection.scopesRequested.join(' '),
      expiresInMs: life.expiresInMs,
      broughtBy: 'consent',
    });
  }
}

/** Lives count from the answer, which may have waited for a confirmation. */
function lifeOf(tokens: SlotTokens, place: GrantPlace, receivedAt: number): SlotLife {
  const ageMs = Math.max(0, Date.now() - receivedAt);
  const left = (lifeMs: number | null) => (lifeMs === null ? null : lifeMs - ageMs);
  const renewable = tokens.refreshToken !== undefined || place.connection.grantType === 'client_credentials';
  const { expiresInMs: lifetimeMs, refreshTokenExpiresInMs } = tokens;
  const { absoluteMs, extendsOnUse } = place.provider.refreshTokenLife;
  const refreshTokenExpiresAt = refreshTokenExpiresInMs;
  return {
    expiresInMs: left(lifetimeMs),
    refreshTokenExpiresInMs: left(refreshTokenExpiresInMs),
    reauthorizeInMs: left(
      reauthorizeBy({ authorizedAt: 0, absoluteMs, extendsOnUse, refreshTokenExpiresAt }),
    ),
    dueInMs: dueOf(place, { lifetimeMs, ageMs, renewable, refreshTokenLifetimeMs: refreshTokenExpiresInMs }),
  };
}

function dueOf(
  { connection, integration, provider }: GrantPlace,
  set: {
    lifetimeMs: number | null;
    ageMs: number;
    renewable: boolean;
    refreshTokenLifetimeMs?: number | null;
  },
): number | null {
  const waits = !refreshableStates.includes(connection.state as ConnectionState);
  if (waits) return null;
  const { idleMs, extendsOnUse } = provider.refreshTokenLife;
  const due = refreshDue({
    ...{ ...set, idleMs, policy: integration.refreshPolicy, jitter: Math.random() },
    refreshTokenLifetimeMs: extendsOnUse ? set.refreshTokenLifetimeMs : null,
  });
  return due === null ? null : Math.max(0, due - set.ageMs);
}
