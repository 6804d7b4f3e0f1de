import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { RequestLimits, type Permit } from '#events';
import { interpretRevocation, sendRevocation, trySecrets, type RevocationRules } from '#oauth';
import { OutboundClient } from '#outbound';
import type { ResolvedProvider } from '#providers';
import { Database, VerificationRepository } from '#storage';
import { HoldsService } from './holds.service.js';
import type { Kind, Work } from './item-work.service.js';
import { QuestionsService } from './questions.service.js';

type End = { state: 'revoked' | 'unsupported' | 'failed'; error: string | null; httpStatus: number | null };
type Retry = {
  error: string;
  httpStatus: number | null;
  /** As the provider asked. */
  afterMs?: number;
  /** It was not asked, as it wants to be left alone. */
  unasked?: true;
};
type Step = { end: End } | { retry: Retry };

/** What came of an item, and which of its tokens the provider says that it revoked this time. */
export type Telling = Step & { revoked: Kind[] };

const deadlineMs = 10_000;
/** For a place under the limits. */
const turnWaitMs = 2_500;

/** Tells the provider of one item (RFC 7009). */
@Injectable()
export class ItemsService {
  constructor(
    private readonly database: Database,
    private readonly questions: QuestionsService,
    private readonly holds: HoldsService,
    private readonly limits: RequestLimits,
    private readonly outbound: OutboundClient,
  ) {}

  async tell(work: Work): Promise<Telling> {
    const revoked: Kind[] = [];
    return { ...(await this.step(work, revoked)), revoked };
  }

  private async step(work: Work, revoked: Kind[]): Promise<Step> {
    const rules = work.provider?.revocation;
    if (!work.provider || !rules) return ended('unsupported', 'provider_has_no_revocation');
    if (work.clients.length === 0)
      // Ours to mend: until then it is due again.
      return work.hasUnreadableSecret ? secretUnreadable : ended('failed', 'client_missing');
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
      if (step.end.state === 'revoked') revoked.push(kind);
    }
    const end = (['failed', 'revoked', 'unsupported'] as const)
      .map((state) => ends.find((one) => one.state === state))
      .find((one) => one !== undefined);
    return end ? { end } : ended('unsupported', 'no_token');
  }

  /** Known only from before: afterwards a refusal could mean anything. */
  private async noteUserinfo(work: Work): Promise<void> {
    if (this.holds.remainingMs(work) > 0) return;
    const accepts = await this.questions.userinfoAccepts(work);
    if (accepts === undefined) return;
    work.item.userinfoAccepts = accepts;
    await this.database.inWorkspace(work.workspace, (tx) =>
      tx.get(VerificationRepository).noteUserinfo(work.item.id, accepts),
    );
  }

  /** Waits its turn; where that is long, the whole integration is left alone for a moment. */
  private async permit(work: Work): Promise<Permit> {
    const until = performance.now() + turnWaitMs;
    for (;;) {
      const permit = await this.limits.acquire(work.limits);
      if (permit.granted) return permit;
      if (performance.now() + permit.waitMs > until) {
        await this.holds.hold(work, permit.waitMs);
        return permit;
      }
      await pause(permit.waitMs);
    }
  }

  /** Undefined where there is no such token. */
  private async tellOf(
    work: Work,
    { server, format, failures }: ResolvedProvider,
    rules: RevocationRules,
    kind: Kind,
  ): Promise<Step | undefined> {
    const { item } = work;
    const [first, ...rest] = work.clients;
    const opened = work.tokens[kind];
    const done = kind === 'refresh_token' ? item.refreshTokenRevokedAt : item.accessTokenRevokedAt;
    if (done) return ended('revoked');
    if (opened === 'unreadable') return ended('failed', `${kind}_unreadable`);
    if (opened === undefined || !first) return undefined;
    const restMs = this.holds.remainingMs(work);
    if (restMs > 0) return unasked(restMs);
    const permit = await this.permit(work);
    if (!permit.granted) return unasked(permit.waitMs);
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const asked = { server, format, rules, token: opened.token, tokenTypeHint: kind, wire };
    try {
      const raw = await trySecrets([first, ...rest], failures, (client) =>
        sendRevocation({ ...asked, client }),
      );
      const answer = interpretRevocation(rules, raw);
      if (answer.outcome === 'revoked') return ended('revoked');
      if (answer.outcome !== 'retry') return ended(answer.outcome, answer.code, raw.status);
      await this.holds.note(work, raw);
      const { code: error, httpStatus, retryAfterMs: afterMs } = answer;
      return { retry: { error, httpStatus, afterMs } };
    } catch (error) {
      const { code } = error as { code?: unknown };
      return { retry: { error: typeof code === 'string' ? code : 'request_failed', httpStatus: null } };
    } finally {
      permit.release();
    }
  }
}

const unasked = (afterMs: number): Step => ({
  retry: { error: 'provider_wants_to_rest', httpStatus: null, afterMs, unasked: true },
});

const secretUnreadable: Step = { retry: { error: 'client_secret_unreadable', httpStatus: null } };

function ended(state: End['state'], error: string | null = null, httpStatus: number | null = null): Step {
  return { end: { state, error, httpStatus } };
}
