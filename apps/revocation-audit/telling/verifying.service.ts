import { Injectable } from '@nestjs/common';
import { looksLikeJwt, verifyRevocation, type TokenFound, type VerificationStep } from '#oauth';
import { Metrics } from '#platform';
import { Database, VerificationRepository } from '#storage';
import { HoldsService } from './holds.service.js';
import type { Work } from './item-work.service.js';
import { QuestionsService } from './questions.service.js';
import { SettlingService } from './settling.service.js';

/** Finds out whether what a provider says that it revoked is dead. */
@Injectable()
export class VerifyingService {
  private readonly total: ReturnType<Metrics['counter']>;

  constructor(
    private readonly database: Database,
    private readonly questions: QuestionsService,
    private readonly holds: HoldsService,
    private readonly settling: SettlingService,
    metrics: Metrics,
  ) {
    this.total = metrics.counter({
      name: 'evergrant_revocation_verification_total',
      help: 'What came of asking providers whether a revoked token is dead',
      labelNames: ['provider', 'outcome'],
    });
  }

  async verify(work: Work): Promise<void> {
    const restMs = this.holds.remainingMs(work);
    if (restMs > 0) return this.postpone(work, restMs);
    const [refreshToken, accessToken] = await Promise.all([
      this.questions.ask(work, 'refresh_token'),
      this.questions.ask(work, 'access_token'),
    ]);
    const step = stepOf(work, refreshToken, accessToken);
    await this.settling.asked(work, step);
    this.total.inc({ provider: work.connection.provider, outcome: step.do });
  }

  private async postpone({ workspace, item }: Work, inMs: number): Promise<void> {
    await this.database.inWorkspace(workspace, (tx) => tx.get(VerificationRepository).postpone(item, inMs));
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
