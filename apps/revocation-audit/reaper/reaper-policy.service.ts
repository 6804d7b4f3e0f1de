import { Injectable } from '@nestjs/common';
import { checkIfMatch, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  ReaperCandidateRepository,
  ReaperRepository,
  type ReaperCandidate,
  type ReaperDays,
  type ReaperPolicy,
  type ReaperRule,
  type ReaperSettings,
  type Transaction,
} from '#storage';
import { ReaperJobsService } from './reaper-jobs.service.js';

/** Time to look at what it would hit, and to change one's mind. */
const graceMs = 10 * 60_000;

export type ShownPolicy = { policy: ReaperPolicy; candidates: Record<ReaperRule, number> };

/** What a workspace wants done about its dead, unread and ended connections, and what that would hit. */
@Injectable()
export class ReaperPolicyService {
  constructor(
    private readonly database: Database,
    private readonly jobs: ReaperJobsService,
  ) {}

  async find({ workspace }: Caller): Promise<ShownPolicy> {
    return this.database.inWorkspace(workspace, async (tx) =>
      shown(tx, await tx.get(ReaperRepository).find()),
    );
  }

  /** The same once more changes nothing. Else what the former one has under way ends with this answer. */
  async change(caller: Caller, wish: ReaperSettings, ifMatch: string | undefined): Promise<ShownPolicy> {
    const { workspace, actor, person = null } = caller;
    return this.database.inWorkspace(workspace, async (tx) => {
      const policies = tx.get(ReaperRepository);
      const before = await policies.find({ lock: true });
      checkIfMatch(ifMatch, before.version);
      const from = settingsOf(before);
      const to = settingsOf(wish);
      if (before.version > 0 && JSON.stringify(from) === JSON.stringify(to)) return shown(tx, before);
      const firstRunInMs = acts(wish) ? graceMs : null;
      const saved = await policies.save(wish, { person, firstRunInMs });
      await this.jobs.cancelAll(tx, actor);
      await tx.get(AuditRepository).append({
        ...{ actor, action: 'reaper_policy.changed', subject: { type: 'workspace', id: workspace } },
        detail: { from, to },
        requestId: requestId(),
      });
      return shown(tx, saved);
    });
  }

  /** What a policy hits, or what it would with other days; one more than `limit`, where there is one. */
  async candidates(
    { workspace }: Caller,
    { rule, limit, after, days }: CandidatesWish,
  ): Promise<{ rows: ReaperCandidate[]; counts: Record<ReaperRule, number> }> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const own = daysOf(await tx.get(ReaperRepository).find());
      const asked = Object.fromEntries(Object.entries(days).filter(([, value]) => value !== undefined));
      const all: ReaperDays = { ...own, ...asked };
      const candidates = tx.get(ReaperCandidateRepository);
      return {
        counts: await candidates.counts(all),
        rows: await candidates.list(all, rule, limit + 1, after),
      };
    });
  }
}

export interface CandidatesWish {
  rule?: ReaperRule | undefined;
  limit: number;
  after?: readonly [number, string] | undefined;
  days: { [Rule in ReaperRule]?: number | undefined };
}

function settingsOf(policy: ReaperSettings): ReaperSettings {
  const { deadAfterDays, deadAction, unreadAfterDays, unreadAction } = policy;
  const { eraseAfterDays, eraseAction, dailyMaximum } = policy;
  return {
    ...{ deadAfterDays, deadAction, unreadAfterDays, unreadAction },
    ...{ eraseAfterDays, eraseAction, dailyMaximum },
  };
}

function daysOf({ deadAfterDays, unreadAfterDays, eraseAfterDays }: ReaperSettings): ReaperDays {
  return { dead: deadAfterDays, unread: unreadAfterDays, erase: eraseAfterDays };
}

function acts(wish: ReaperSettings): boolean {
  return (
    (wish.deadAction !== 'list' && wish.deadAfterDays !== null) ||
    (wish.unreadAction !== 'list' && wish.unreadAfterDays !== null) ||
    (wish.eraseAction !== 'list' && wish.eraseAfterDays !== null)
  );
}

async function shown(tx: Transaction, policy: ReaperPolicy): Promise<ShownPolicy> {
  return { policy, candidates: await tx.get(ReaperCandidateRepository).counts(daysOf(policy)) };
}
