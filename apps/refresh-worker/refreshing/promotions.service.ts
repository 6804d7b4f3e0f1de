import { Injectable } from '@nestjs/common';
import {
  promotableStates,
  refreshDue,
  type ConnectionState,
  type SlotTokens,
  type TokenAnswer,
} from '#oauth';
import { requestId } from '#platform';
import {
  applyTransition,
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  OutboxRepository,
  SlotRepository,
  TokenSetRepository,
  type Connection,
  type SlotLife,
  type Transaction,
} from '#storage';
import { Vault } from '#vault';
import type { Attempt, RefreshEnd } from './attempt.js';
import { IntegrationHealthService } from './integration-health.service.js';
import { tokenEventData } from './token-event.js';

export const workerActor = { type: 'service', id: 'refresh-worker' };

/** T2: installs an answer as the next generation, or keeps it where its place is taken. */
@Injectable()
export class PromotionsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly integrations: IntegrationHealthService,
  ) {}

  async promote(attempt: Attempt, answer: TokenAnswer, receivedAt: number): Promise<RefreshEnd> {
    return this.database.inWorkspace(attempt.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(attempt.connection);
      const state = connection?.state as ConnectionState | undefined;
      const tokens = answer.tokens.find(({ slot }) => slot === attempt.slot) ?? answer.tokens[0];
      const life = lifeOf(tokens, attempt, receivedAt);
      const permitted = connection && state && promotableStates.includes(state);
      const generation = permitted
        ? await tx
            .get(SlotRepository)
            .promote({ ...placeOf(attempt), generation: attempt.generation, fence: attempt.fence }, life)
        : undefined;
      if (!connection || generation === undefined) return this.keep(tx, attempt, connection);
      await this.install(tx, attempt, { tokens, generation, life });
      await this.finish(tx, attempt, connection, generation, life);
      return { outcome: 'refreshed' };
    });
  }

  private async install(
    tx: Transaction,
    attempt: Attempt,
    { tokens, generation, life }: { tokens: SlotTokens; generation: number; life: SlotLife },
  ): Promise<void> {
    const { connection, slot, cipher, connectionRow } = attempt;
    const binding = { connection, slot, generation };
    // An answer without one keeps the old (RFC 6749 §6), under the new generation.
    const refreshToken = tokens.refreshToken ?? attempt.refreshToken;
    const sets = tx.get(TokenSetRepository);
    await sets.insert({
      connectionId: connection,
      slot,
      generation,
      sealedAccessToken: cipher.seal({ ...binding, part: 'access' }, tokens.accessToken),
      sealedRefreshToken:
        refreshToken === undefined ? null : cipher.seal({ ...binding, part: 'refresh' }, refreshToken),
      accessTokenFingerprint: this.vault.fingerprint(tokens.accessToken),
      refreshTokenFingerprint: refreshToken === undefined ? null : this.vault.fingerprint(refreshToken),
      tokenType: tokens.tokenType,
      scope: tokens.scope ?? connectionRow.scopesGranted.join(' '),
      expiresInMs: life.expiresInMs,
    });
    await sets.eraseBefore(connection, slot, generation);
  }

  private async finish(
    tx: Transaction,
    attempt: Attempt,
    connection: Connection,
    generation: number,
    life: SlotLife,
  ): Promise<void> {
    const { id, slot, integration } = attempt;
    await applyTransition(tx, connection, 'refreshed', { actor: workerActor, requestId: requestId() });
    await tx.get(AuditRepository).append({
      actor: workerActor,
      action: 'token.refreshed',
      subject: { type: 'connection', id: connection.id },
      detail: { slot, generation, attempt: id },
      requestId: requestId(),
    });
    const expiresAt = life.expiresInMs === null ? null : new Date(Date.now() + life.expiresInMs);
    await tx.get(OutboxRepository).append({
      subject: connection.id,
      type: 'token.refreshed',
      data: tokenEventData(connection, { slot, generation, expiresAt }),
    });
    await tx.get(AttemptRepository).close(id, { state: 'promoted' });
    await tx.get(LandingRepository).delete(id);
    if (integration.state === 'paused') await this.integrations.resume(tx, integration);
  }

  /**
   * Never dropped. While the generation stands it is the newest lineage, and the resolver installs it under a new fence
   * (a pause or another worker moved ours); else it is an orphan.
   */
  private async keep(tx: Transaction, attempt: Attempt, connection: Connection | null): Promise<RefreshEnd> {
    const slot = connection && (await tx.get(SlotRepository).find(connection.id, attempt.slot));
    const state = connection?.state as ConnectionState | undefined;
    const stands = slot?.generation === attempt.generation && state && promotableStates.includes(state);
    if (stands && slot.openAttemptId === attempt.id) {
      await tx.get(AttemptRepository).leaveOpen(attempt.id, { state: 'landed', resolveInMs: 0 });
      return { outcome: 'busy' };
    }
    // No landing any more: somebody else installed this very answer.
    if (await tx.get(LandingRepository).mark(attempt.id, 'orphaned'))
      await tx.get(AttemptRepository).reopen(attempt.id);
    return { outcome: 'superseded' };
  }
}

export function placeOf({ connection, slot }: Attempt): { connectionId: string; slot: string } {
  return { connectionId: connection, slot };
}

function lifeOf(tokens: SlotTokens, attempt: Attempt, receivedAt: number): SlotLife {
  const { integration, provider } = attempt;
  const ageMs = Math.max(0, Date.now() - receivedAt);
  const left = (lifeMs: number | null) => (lifeMs === null ? null : lifeMs - ageMs);
  const { idleMs } = provider.refreshTokenLife;
  const due =
    integration.refreshPolicy === 'on_demand'
      ? null
      : refreshDue({ lifetimeMs: tokens.expiresInMs, renewable: true, idleMs, jitter: Math.random() });
  return {
    expiresInMs: left(tokens.expiresInMs),
    refreshTokenExpiresInMs: left(tokens.refreshTokenExpiresInMs),
    dueInMs: due === null ? null : Math.max(0, due - ageMs),
  };
}
