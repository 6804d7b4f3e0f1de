import { Injectable } from '@nestjs/common';
import { backoffMs, looksLikeJwt, verifyRevocation, type TokenFound, type VerificationStep } from '#oauth';
import { Metrics } from '#platform';
import {
  AuditRepository,
  ConnectionRepository,
  Database,
  VerificationRepository,
  type Transaction,
} from '#storage';
import { FinishingService } from './finishing.service.js';
import { ItemWorkService, type Work } from './item-work.service.js';
import { QuestionsService } from './questions.service.js';

/** Outlasts two questions at two secrets each. */
const leaseMs = 45_000;
const againFirstMs = 2_000;
const longestWaitMs = 3_600_000;
/** With the back-off's ceiling, more than a day. */
const mostQuestions = 45;
/** Caches of the provider's own may need minutes to hear of a revocation. */
const tellAgainFirstMs = 5_000;
const mostTellings = 6;

const actor = { type: 'service', id: 'revocation-audit' };

/** Finds out whether what a provider says that it revoked is dead. */
@Injectable()
export class VerifyingService {
  private readonly total: ReturnType<Metrics['counter']>;

  constructor(
    private readonly database: Database,
    private readonly works: ItemWorkService,
    private readonly questions: QuestionsService,
    private readonly finishing: FinishingService,
    metrics: Metrics,
  ) {
    this.total = metrics.counter({
      name: 'evergrant_revocation_verification_total',
      help: 'What came of asking providers whether a revoked token is dead',
      labelNames: ['provider', 'outcome'],
    });
  }

  /** Does nothing where somebody else has the item, or its verification has ended. */
  async process(workspace: string, id: string): Promise<void> {
    const item = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(VerificationRepository).claim(id, leaseMs),
    );
    const work = item && (await this.works.load(workspace, item));
    if (!work) return;
    const [refreshToken, accessToken] = await Promise.all([
      this.questions.ask(work, 'refresh_token'),
      this.questions.ask(work, 'access_token'),
    ]);
    const step = stepOf(work, refreshToken, accessToken);
    await this.settle(work, step);
    this.total.inc({ provider: work.connection.provider, outcome: step.do });
  }

  private async settle(work: Work, step: VerificationStep): Promise<void> {
    await this.database.inWorkspace(work.workspace, async (tx) => {
      const locked = await tx.get(ConnectionRepository).lock(work.connection.id);
      const outcome = await apply(tx, work, step);
      if (outcome === undefined) return;
      await tx.get(AuditRepository).append({
        actor,
        action: `revocation.${outcome.action}`,
        subject: { type: 'connection', id: work.connection.id },
        detail: {
          revocation: work.item.revocationId,
          item: work.item.id,
          slot: work.item.slot,
          ...outcome.detail,
        },
      });
      if (locked && outcome.ended) await this.finishing.finish(tx, work.item.revocationId, locked);
    });
  }
}

function stepOf(
  { item, provider, tokens, remainingMs, hasNewerGrant }: Work,
  refreshToken: TokenFound | null,
  accessToken: TokenFound | null,
): VerificationStep {
  const reach = provider?.revocation?.reach ?? 'token';
  const opened = tokens.access_token;
  return verifyRevocation({
    reach,
    asked: provider?.introspection ? 'introspection' : 'userinfo',
    refreshToken,
    accessToken,
    accessTokenIsJwt: typeof opened === 'object' && looksLikeJwt(opened.token),
    accessTokenRemainingMs: remainingMs,
    probe: item.probe,
    mayProbe: !(reach === 'user_grants' && hasNewerGrant),
  });
}

interface Outcome {
  action: 'verified' | 'told_again' | 'not_verifiable' | 'still_alive';
  detail: Record<string, unknown>;
  ended: boolean;
}

/** Undefined where nothing came to an end, or the claim is lost. */
async function apply(tx: Transaction, { item }: Work, step: VerificationStep): Promise<Outcome | undefined> {
  const verifications = tx.get(VerificationRepository);
  const done = (held: boolean, outcome: Outcome) => (held ? outcome : undefined);
  switch (step.do) {
    case 'confirm':
      if (await verifications.hasOpenAttempt(item)) {
        await verifications.askAgain(item, againFirstMs, 'refresh_not_settled');
        return undefined;
      }
      return done(await verifications.confirm(item, step.by), {
        ...{ action: 'verified', detail: { by: step.by }, ended: true },
      });
    case 'tell_again': {
      if (item.toldAgain >= mostTellings) return failed(tx, item, 'still_alive');
      const told = { failures: item.toldAgain + 1, firstMs: tellAgainFirstMs, maxMs: longestWaitMs };
      const inMs = backoffMs({ ...told, random: Math.random() });
      return done(await verifications.tellAgain(item, step.alive, inMs), {
        ...{ action: 'told_again', detail: { alive: step.alive }, ended: false },
      });
    }
    case 'give_up':
      return giveUp(tx, item, step.reason);
    case 'probe':
      await verifications.wantProbe(item);
      return undefined;
    case 'wait':
      await verifications.askAgain(item, step.ms, 'until_expiry');
      return undefined;
    case 'ask_again': {
      if (item.verificationAttempts >= mostQuestions) return giveUp(tx, item, 'provider_did_not_say');
      const asked = { failures: item.verificationAttempts, firstMs: againFirstMs, maxMs: longestWaitMs };
      await verifications.askAgain(
        item,
        backoffMs({ ...asked, random: Math.random() }),
        'provider_did_not_say',
      );
      return undefined;
    }
  }
}

/** A provider whose word was wrong once is not believed without proof. */
async function giveUp(tx: Transaction, item: Work['item'], reason: string): Promise<Outcome | undefined> {
  if (item.toldAgain > 0) return failed(tx, item, reason);
  const held = await tx.get(VerificationRepository).giveUp(item, reason);
  return held ? { action: 'not_verifiable', detail: { reason }, ended: true } : undefined;
}

async function failed(tx: Transaction, item: Work['item'], reason: string): Promise<Outcome | undefined> {
  const held = await tx.get(VerificationRepository).fail(item, reason);
  const detail = { reason, told: item.toldAgain + 1 };
  return held ? { action: 'still_alive', detail, ended: true } : undefined;
}
