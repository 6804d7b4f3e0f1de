import { Injectable } from '@nestjs/common';
import { backoffMs, interpretRevocation, sendRevocation, trySecrets, type RevocationRules } from '#oauth';
import { OutboundClient } from '#outbound';
import { Metrics } from '#platform';
import type { ResolvedProvider } from '#providers';
import {
  ConnectionRepository,
  Database,
  RevocationRepository,
  VerificationRepository,
  type RevocationItem,
} from '#storage';
import { FinishingService } from './finishing.service.js';
import { ItemWorkService, type Kind, type Work } from './item-work.service.js';
import { QuestionsService } from './questions.service.js';

type End = { state: 'revoked' | 'unsupported' | 'failed'; error: string | null; httpStatus: number | null };
type Step = { end: End } | { retry: { error: string; httpStatus: number | null; afterMs?: number } };

const deadlineMs = 10_000;
/** Outlasts two tokens at two secrets each: else a second replica would tell the provider meanwhile. */
const leaseMs = 45_000;
/** With the back-off's ceiling, about ten days. */
const mostAttempts = 300;
const longestWaitMs = 3_600_000;

/** Tells the provider of one item (RFC 7009), as often as it takes. */
@Injectable()
export class ItemsService {
  private readonly total: ReturnType<Metrics['counter']>;

  constructor(
    private readonly database: Database,
    private readonly works: ItemWorkService,
    private readonly questions: QuestionsService,
    private readonly outbound: OutboundClient,
    private readonly finishing: FinishingService,
    metrics: Metrics,
  ) {
    this.total = metrics.counter({
      name: 'evergrant_revocation_total',
      help: 'What came of telling providers',
      labelNames: ['provider', 'outcome'],
    });
  }

  /** Does nothing where somebody else has the item, or it is done. */
  async process(workspace: string, id: string): Promise<void> {
    // Committed by itself: were the claim undone by what fails below, the item would be due again at once, for ever.
    const item = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(RevocationRepository).claimItem(id, leaseMs),
    );
    if (!item) return;
    const work = await this.works.load(workspace, item);
    if (!work) return this.giveUp(workspace, item);
    const step = await this.tell(work);
    await this.settle(work, step);
    this.total.inc({
      provider: work.connection.provider,
      outcome: 'end' in step ? step.end.state : 'retry',
    });
  }

  /** Its connection was erased, and its tokens with it. */
  private async giveUp(workspace: string, item: RevocationItem): Promise<void> {
    const end = { state: 'failed', error: 'connection_erased', httpStatus: null } as const;
    await this.database.inWorkspace(workspace, (tx) => tx.get(RevocationRepository).finishItem(item, end));
  }

  private async tell(work: Work): Promise<Step> {
    const rules = work.provider?.revocation;
    if (!work.provider || !rules) return ended('unsupported', 'provider_has_no_revocation');
    if (work.clients.length === 0) return ended('failed', 'client_missing');
    if (rules.reach === 'user_grants' && work.hasNewerGrant)
      return ended('unsupported', 'would_revoke_another_grant');
    await this.noteUserinfo(work);
    const ends: End[] = [];
    for (const kind of rules.tokens) {
      const step = await this.tellOf(work, work.provider, rules, kind);
      if (step === undefined) continue;
      if ('retry' in step) return step;
      // A refresh token that cannot be revoked is no reason to leave the access token alive.
      ends.push(step.end);
    }
    const end = (['failed', 'revoked', 'unsupported'] as const)
      .map((state) => ends.find((one) => one.state === state))
      .find((one) => one !== undefined);
    return end ? { end } : ended('unsupported', 'no_token');
  }

  /** Known only from before: afterwards a refusal could mean anything. */
  private async noteUserinfo(work: Work): Promise<void> {
    const accepts = await this.questions.userinfoAccepts(work);
    if (accepts === undefined) return;
    await this.database.inWorkspace(work.workspace, (tx) =>
      tx.get(VerificationRepository).noteUserinfo(work.item.id, accepts),
    );
  }

  /** Undefined where there is no such token. */
  private async tellOf(
    work: Work,
    { server, format, failures }: ResolvedProvider,
    rules: RevocationRules,
    kind: Kind,
  ): Promise<Step | undefined> {
    const { item, workspace } = work;
    const [first, ...rest] = work.clients;
    const opened = work.tokens[kind];
    const done = kind === 'refresh_token' ? item.refreshTokenRevokedAt : item.accessTokenRevokedAt;
    if (done) return ended('revoked');
    if (opened === 'unreadable') return ended('failed', `${kind}_unreadable`);
    if (opened === undefined || !first) return undefined;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const asked = { server, format, rules, token: opened.token, tokenTypeHint: kind, wire };
    try {
      const raw = await trySecrets([first, ...rest], failures, (client) =>
        sendRevocation({ ...asked, client }),
      );
      const answer = interpretRevocation(rules, raw);
      if (answer.outcome === 'retry')
        return {
          retry: { error: answer.code, httpStatus: answer.httpStatus, afterMs: answer.retryAfterMs },
        };
      if (answer.outcome !== 'revoked') return ended(answer.outcome, answer.code, raw.status);
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(RevocationRepository).markRevoked(item.id, kind),
      );
      return ended('revoked');
    } catch (error) {
      const { code } = error as { code?: unknown };
      return { retry: { error: typeof code === 'string' ? code : 'request_failed', httpStatus: null } };
    }
  }

  private async settle({ workspace, item, connection }: Work, step: Step): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const locked = await tx.get(ConnectionRepository).lock(connection.id);
      const revocations = tx.get(RevocationRepository);
      if ('retry' in step && item.attempts < mostAttempts) {
        const { error, httpStatus, afterMs: retryAfterMs } = step.retry;
        const inMs = backoffMs({
          failures: item.attempts,
          random: Math.random(),
          retryAfterMs,
          maxMs: longestWaitMs,
        });
        return revocations.retryItem(item, { inMs, error, httpStatus });
      }
      const end = 'end' in step ? step.end : { state: 'failed' as const, ...step.retry };
      const isEnded = await revocations.finishItem(item, end);
      if (isEnded && locked) await this.finishing.finish(tx, item.revocationId, locked);
    });
  }
}

function ended(state: End['state'], error: string | null = null, httpStatus: number | null = null): Step {
  return { end: { state, error, httpStatus } };
}
