import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import { connectionStates } from '#oauth';
import { reaperRules, type ReaperCandidate, type ReaperPolicy, type ReaperRule } from '#storage';

const days = z.int().min(1).max(3_650);
const after = (what: string) => days.nullable().describe(`${what} Null: the rule means nothing.`);
const action = z.enum(['list', 'revoke']);
const count = z.int().nonnegative();
const moment = z.iso.datetime();

const settings = {
  dead_after_days: after('For so many days in a row it has been `needs_reauthorization`.'),
  dead_action: action.describe(
    '`list`: it is a candidate and nothing is done. `revoke`: here and at the provider.',
  ),
  unread_after_days: after(
    'It could be read, and for so many days nobody did. Counted from the last read, consent or resumption, else from when it was made.',
  ),
  unread_action: action,
  erase_after_days: after('For so many days it has been `revoked` or `expired`.'),
  erase_action: z
    .enum(['list', 'erase'])
    .describe('`erase`: as `DELETE /v1/connections/{id}` does; its keys are destroyed.'),
  daily_maximum: z
    .int()
    .min(1)
    .max(100_000)
    .describe(
      'In any 24 hours no more connections than this are revoked, and no more are erased, whatever the rules mean.',
    ),
};

export const changeReaperPolicySchema = z.strictObject(settings).meta({
  id: 'ReaperPolicyChange',
  examples: [
    {
      ...{ dead_after_days: 90, dead_action: 'revoke', unread_after_days: 180, unread_action: 'list' },
      ...{ erase_after_days: 30, erase_action: 'erase', daily_maximum: 100 },
    },
  ],
});
export type ChangeReaperPolicy = z.infer<typeof changeReaperPolicySchema>;

const countsSchema = z.strictObject({ dead: count, unread: count, erase: count });
type Counts = z.infer<typeof countsSchema>;

export const reaperPolicySchema = z
  .strictObject({
    ...settings,
    candidates: countsSchema.describe('How many connections each rule means at this moment.'),
    next_run_at: moment
      .nullable()
      .describe('A changed policy does nothing before this. Null where no rule does anything.'),
    last_run_at: moment.nullable(),
    held: z
      .enum(['reads_not_recorded'])
      .nullable()
      .describe('Why the last run left unread connections alone: no replica was recording reads.'),
    updated_at: moment.nullable().describe('Null where the default holds.'),
  })
  .meta({ id: 'ReaperPolicy' });
export type ReaperPolicyView = z.infer<typeof reaperPolicySchema>;

export function reaperPolicyView(policy: ReaperPolicy, candidates: Counts): ReaperPolicyView {
  return {
    dead_after_days: policy.deadAfterDays,
    dead_action: policy.deadAction as 'list' | 'revoke',
    unread_after_days: policy.unreadAfterDays,
    unread_action: policy.unreadAction as 'list' | 'revoke',
    erase_after_days: policy.eraseAfterDays,
    erase_action: policy.eraseAction as 'list' | 'erase',
    daily_maximum: policy.dailyMaximum,
    candidates,
    next_run_at: policy.nextRunAt?.toISOString() ?? null,
    last_run_at: policy.lastRunAt?.toISOString() ?? null,
    held: policy.held as 'reads_not_recorded' | null,
    updated_at: policy.updatedAt?.toISOString() ?? null,
  };
}

const instead = z.coerce.number().int().min(1).max(3_650).optional();

export const candidatesQuery = listQuery.extend({
  rule: z.enum(reaperRules).optional(),
  dead_after_days: instead.describe("Instead of the policy's: what another policy would hit."),
  unread_after_days: instead,
  erase_after_days: instead,
});
export type CandidatesQuery = z.infer<typeof candidatesQuery>;

export const candidateSchema = z
  .strictObject({
    connection: z.string(),
    rule: z.enum(reaperRules),
    reason: z.string().describe('For people.'),
    since: moment.describe('Since when it is what the rule is about.'),
    days: count,
    provider: z.string(),
    integration: z.string(),
    end_user: z.string().nullable(),
    state: z.enum(connectionStates),
    last_read_at: moment.nullable().describe('Null: never.'),
  })
  .meta({ id: 'ReaperCandidate' });
export type CandidateView = z.infer<typeof candidateSchema>;

export const candidatePageSchema = pageOf(candidateSchema, 'ReaperCandidateList')
  .extend({ counts: countsSchema.describe('Of all pages, rule by rule.') })
  .meta({ id: 'ReaperCandidatePage' });
export type CandidatePage = z.infer<typeof candidatePageSchema>;

const reasons: Record<ReaperRule, (days: number) => string> = {
  dead: (n) => `Its provider has refused it for ${n} days, and nobody authorized it again.`,
  unread: (n) => `Nobody has read it for ${n} days.`,
  erase: (n) => `It ended ${n} days ago.`,
};

const aDayMs = 86_400_000;

export function candidateView(candidate: ReaperCandidate): CandidateView {
  const { id, rule, provider, integration, endUser, since, lastReadAt } = candidate;
  const age = Math.floor((Date.now() - since.getTime()) / aDayMs);
  return {
    ...{ connection: id, rule, reason: reasons[rule](age), since: since.toISOString(), days: age },
    ...{ provider, integration, end_user: endUser },
    state: candidate.state as CandidateView['state'],
    last_read_at: lastReadAt?.toISOString() ?? null,
  };
}
