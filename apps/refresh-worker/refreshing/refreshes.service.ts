import { Injectable } from '@nestjs/common';
import {
  classifyFailure,
  decodeRawAnswer,
  interpretTokenAnswer,
  phaseOf,
  type Failure,
  type RawAnswer,
} from '#oauth';
import { AttemptsService } from './attempts.service.js';
import type { Attempt, RefreshEnd, RefreshTarget } from './attempt.js';
import { FailuresService } from './failures.service.js';
import { LandingsService } from './landings.service.js';
import { PromotionsService } from './promotions.service.js';
import { TokenRequestsService } from './token-requests.service.js';

const notUnderstood = 'landing_not_understood';

/** One refresh from T1 to T2 (refresh-protocol, steps 2 to 7). The only spender of refresh tokens. */
@Injectable()
export class RefreshesService {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly requests: TokenRequestsService,
    private readonly landings: LandingsService,
    private readonly promotions: PromotionsService,
    private readonly failures: FailuresService,
  ) {}

  async refresh(target: RefreshTarget, trigger: string): Promise<RefreshEnd & { attempt?: Attempt }> {
    const attempt = await this.attempts.begin(target, trigger);
    if ('outcome' in attempt) return attempt;
    return { ...(await this.spend(attempt)), attempt };
  }

  /** From the wire on; the intent is committed. */
  async spend(attempt: Attempt): Promise<RefreshEnd> {
    let raw: RawAnswer;
    try {
      raw = await this.requests.send(attempt);
    } catch (error) {
      const outcome = { phase: phaseOf(error), code: codeOf(error) };
      return this.failures.apply(attempt, classifyFailure(attempt.provider.failures, outcome));
    }
    const good = raw.status >= 200 && raw.status < 300;
    if (good && !(await this.landings.land(attempt, raw)))
      return { outcome: 'failed', failureClass: 'TRANSIENT', errorCode: 'database_unavailable' };
    return this.digest(attempt, raw);
  }

  /** An answer that is landed, or needs no landing. */
  async digest(attempt: Attempt, raw: RawAnswer): Promise<RefreshEnd> {
    const { tokens, failures } = attempt.provider;
    const read = interpretTokenAnswer({ tokens, failures, raw, slot: attempt.slot });
    if (read.kind === 'failure') return this.failures.apply(attempt, read.failure);
    return this.promotions.promote(attempt, read.answer, raw.receivedAt);
  }

  /** A landing that was left behind. */
  async digestLanded(attempt: Attempt, sealed: Buffer): Promise<RefreshEnd> {
    let raw: RawAnswer;
    try {
      raw = decodeRawAnswer(attempt.cipher.open({ attempt: attempt.id }, sealed));
    } catch {
      return this.failures.apply(attempt, unreadable);
    }
    return this.digest(attempt, raw);
  }
}

const unreadable: Failure = {
  class: 'PROTOCOL',
  code: notUnderstood,
  recognised: false,
  mayHaveSpent: true,
};

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code.replaceAll('-', '_') : 'request_failed';
}
