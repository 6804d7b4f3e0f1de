import { Injectable } from '@nestjs/common';
import { promotableStates, refreshDue, type SlotTokens, type TokenAnswer } from '#oauth';
import { requestId } from '#platform';
import type { RefreshEnd } from '#refresh';
import {
  applyTransition,
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  OutboxRepository,
  RefreshCalls,
  SlotRepository,
  TokenSetRepository,
  type Connection,
  type Promotion,
  type SlotLife,
  type Transaction,
} from '#storage';
import { Vault } from '#vault';
import { IntegrationHealthService } from './integration-health.service.js';
import type { Attempt } from './refresh-facts.js';
import { tokenEventData } from './token-event.js';

export const workerActor = { type: 'service', id: 'refresh-worker' };

/** T2: installs an answer as the next generation, or keeps it where its place is taken. */
@Injectable()
export class PromotionsService {
  constructor(
    private readonly calls: RefreshCalls,
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly integrations: IntegrationHealthService,
  ) {}

  async promote(attempt: Attempt, answer: TokenAnswer, ageMs: number): Promise<RefreshEnd> {
    const promotion = this.promotionOf(attempt, answer, ageMs);
    const { state, integrationState } = attempt.facts;
    if (state === 'active' && integrationState === 'active' && (await this.calls.promote(promotion)))
      return { outcome: 'refreshed' };
    return this.database.inWorkspace(attempt.workspace, (tx) => this.promoteAlone(tx, attempt, promotion));
  }

  /** The way of whatever changes a state with it, or finds that it is not wanted any more. */
  private async promoteAlone(tx: Transaction, attempt: Attempt, promotion: Promotion): Promise<RefreshEnd> {
    const { connection: connectionId, slot, generation, fence } = attempt;
    const connection = await tx.get(ConnectionRepository).lock(connectionId);
    const permitted = connection && promotableStates.some((state) => state === connection.state);
    const at = { connectionId, slot, generation, fence };
    const installed = permitted ? await tx.get(SlotRepository).promote(at, promotion.life) : undefined;
    if (!connection || installed === undefined) return this.keep(tx, attempt, connection);
    const { set, life, audit, eventData } = promotion;
    const { expiresInMs } = life;
    const sets = tx.get(TokenSetRepository);
    await sets.insert({
      ...{ ...set, connectionId, slot, generation: installed, expiresInMs },
      broughtBy: 'refresh',
    });
    await sets.eraseBefore(connectionId, slot, installed);
    await applyTransition(tx, connection, 'refreshed', { actor: workerActor, requestId: requestId() });
    await tx.get(AuditRepository).append(audit);
    await tx
      .get(OutboxRepository)
      .append({ subject: connectionId, type: 'token.refreshed', data: eventData });
    await tx.get(AttemptRepository).close(attempt.id, { state: 'promoted' });
    await tx.get(LandingRepository).delete(attempt.id);
    const { integration: id, provider, integrationState } = attempt.facts.row;
    if (integrationState === 'paused') await this.integrations.resume(tx, { id, provider });
    return { outcome: 'refreshed' };
  }

  private promotionOf(attempt: Attempt, answer: TokenAnswer, ageMs: number): Promotion {
    const { workspace, connection, slot, generation: base, fence, id, facts } = attempt;
    const tokens = answer.tokens.find((one) => one.slot === slot) ?? answer.tokens[0];
    const generation = base + 1;
    const binding = { connection, slot, generation };
    // An answer without one keeps the old (RFC 6749 §6), under the new generation.
    const refreshToken = tokens.refreshToken ?? facts.refreshToken;
    const life = lifeOf(tokens, attempt, ageMs);
    const expiresAt = life.expiresInMs === null ? null : new Date(Date.now() + life.expiresInMs);
    return {
      ...{ workspace, connection, slot, fence, life },
      attempt: id,
      generation: base,
      set: {
        sealedAccessToken: facts.cipher.seal({ ...binding, part: 'access' }, tokens.accessToken),
        sealedRefreshToken:
          refreshToken === undefined
            ? null
            : facts.cipher.seal({ ...binding, part: 'refresh' }, refreshToken),
        accessTokenFingerprint: this.vault.fingerprint(tokens.accessToken),
        refreshTokenFingerprint: refreshToken === undefined ? null : this.vault.fingerprint(refreshToken),
        tokenType: tokens.tokenType,
        scope: tokens.scope ?? facts.row.scopesGranted.join(' '),
      },
      audit: {
        actor: workerActor,
        action: 'token.refreshed',
        subject: { type: 'connection', id: connection },
        detail: { slot, generation, attempt: id },
        requestId: requestId(),
      },
      eventData: tokenEventData(attempt, { slot, generation, expiresAt }),
    };
  }

  /**
   * Never dropped. While the generation stands it is the newest lineage, and the resolver installs it under a new fence
   * (a pause or another worker moved ours); else it is an orphan.
   */
  private async keep(tx: Transaction, attempt: Attempt, connection: Connection | null): Promise<RefreshEnd> {
    const slot = connection && (await tx.get(SlotRepository).find(connection.id, attempt.slot));
    const promotable = promotableStates.some((state) => state === connection?.state);
    if (promotable && slot?.generation === attempt.generation && slot.openAttemptId === attempt.id) {
      // Installed from memory, where neither Postgres nor the spool took it: then nothing waits to be installed.
      const state = (await tx.get(LandingRepository).find(attempt.id)) ? 'landed' : 'ambiguous';
      await tx.get(AttemptRepository).leaveOpen(attempt.id, { state, resolveInMs: 0 });
      return { outcome: 'busy' };
    }
    // No landing any more: somebody else installed this very answer.
    if (await tx.get(LandingRepository).mark(attempt.id, 'orphaned'))
      await tx.get(AttemptRepository).reopen(attempt.id);
    return { outcome: 'superseded' };
  }
}

function lifeOf(tokens: SlotTokens, { facts }: Attempt, ageMs: number): SlotLife {
  const { row, provider } = facts;
  const left = (lifeMs: number | null) => (lifeMs === null ? null : Math.round(lifeMs - ageMs));
  const { expiresInMs: lifetimeMs, refreshToken, refreshTokenExpiresInMs } = tokens;
  const { idleMs, extendsOnUse } = provider!.refreshTokenLife;
  const due = refreshDue({
    ...{ lifetimeMs, renewable: true, idleMs, policy: row.refreshPolicy, jitter: Math.random() },
    refreshTokenLifetimeMs: extendsOnUse ? refreshTokenExpiresInMs : null,
  });
  return {
    expiresInMs: left(lifetimeMs),
    refreshTokenExpiresInMs: left(refreshTokenExpiresInMs),
    reauthorizeInMs: extendsOnUse ? null : left(refreshTokenExpiresInMs),
    keepsRefreshToken: refreshToken === undefined || refreshToken === facts.refreshToken,
    dueInMs: due === null ? null : Math.max(0, Math.round(due - ageMs)),
  };
}
