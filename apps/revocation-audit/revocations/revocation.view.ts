import { z } from 'zod';
import { pageOf } from '#platform';
import type { Approval, Revocation, RevocationCounts, RevocationItem, TargetCounts } from '#storage';
import { keptSelectorSchema } from '../selection/selector.dto.js';
import { itemStates } from './revocation.dto.js';

const verifications = ['waiting', 'wants_probe', 'verified', 'not_possible', 'still_alive'] as const;
const means = ['introspection', 'userinfo', 'refresh', 'expiry'] as const;
const count = z.int().nonnegative();
const moment = z.iso.datetime();
export const actorSchema = z.strictObject({
  type: z.string(),
  id: z.string(),
  name: z.string().nullable(),
});

const states = [
  'awaiting_approval',
  'running',
  'paused',
  'pending',
  'finished',
  'cancelled',
  'rejected',
  'withdrawn',
  'lapsed',
] as const;

const targetsSchema = z.strictObject({
  total: count.describe('Fixed when it was asked for: nothing that came later is hit.'),
  dead: count,
  remaining: count,
  already_dead: count.describe('Named by the selector, but revoked before; not among the total.'),
  spared: count.describe("Of a policy's job: read or authorized again before its turn, and left alone."),
});

export const revocationSchema = z
  .strictObject({
    id: z.string(),
    connection: z.string().nullable().describe('Null where it is of a selection.'),
    selector: keptSelectorSchema.nullable(),
    reason: z.string(),
    requested_by: actorSchema,
    state: z
      .enum(states)
      .describe(
        '`awaiting_approval`: nothing is done before a second human decides. `running`: some connections still live. `pending`: all are dead here, and a provider is still to be told. `finished`: everything has come to its end. `cancelled`: what is dead stays dead, the rest lives on.',
      ),
    targets: targetsSchema,
    per_second: z.number().nullable().describe('How many connections died a second so far.'),
    approval: z
      .strictObject({ id: z.string(), state: z.string(), content_hash: z.string(), lapses_at: moment })
      .nullable()
      .describe('Of the second human, where one is needed.'),
    items: z
      .strictObject({
        pending: count,
        revoked: count,
        verified_dead: count,
        unsupported: count,
        failed: count,
      })
      .describe('`revoked`: by the word of the provider; `verified_dead`: found dead since.'),
    created_at: moment,
    started_at: moment.nullable(),
    dead_at: moment.nullable().describe('When no target was left alive here.'),
    finished_at: moment.nullable(),
  })
  .meta({ id: 'Revocation' });
export type RevocationView = z.infer<typeof revocationSchema>;
export const revocationPageSchema = pageOf(revocationSchema, 'RevocationPage');

export const revocationItemSchema = z
  .strictObject({
    id: z.string(),
    connection: z.string(),
    slot: z.string(),
    generation: z.int(),
    state: z
      .enum(itemStates)
      .describe(
        '`revoked`: the provider says so; `verified_dead`: and its tokens were found dead; `unsupported`: it cannot be told.',
      ),
    verification: z.strictObject({
      state: z
        .enum(verifications)
        .nullable()
        .describe(
          '`wants_probe`: a refresh that must fail is to be tried; `still_alive`: told again and again, and its tokens were not shown dead.',
        ),
      reason: z.string().nullable().describe('Why it waits or is not possible.'),
      by: z.enum(means).nullable(),
      at: moment.nullable(),
      told_again: count.describe('How often the provider said revoked, and a token lived on.'),
    }),
    attempts: count,
    next_attempt_at: moment.nullable(),
    last_error: z.string().nullable(),
    http_status: z.int().nullable(),
    refresh_token_revoked_at: moment.nullable(),
    access_token_revoked_at: moment.nullable(),
  })
  .meta({ id: 'RevocationItem' });
export type RevocationItemView = z.infer<typeof revocationItemSchema>;
export const revocationItemPageSchema = pageOf(revocationItemSchema, 'RevocationItemPage');

/** A revocation with how far it is. */
export interface ShownRevocation {
  revocation: Revocation;
  counts: RevocationCounts | undefined;
  /** Undefined where it is of one connection, or of none. */
  targets: TargetCounts | undefined;
  approval: Approval | undefined;
}

export function revocationView(shown: ShownRevocation): RevocationView {
  const { revocation, counts, approval } = shown;
  const startedAt = revocation.connectionId === null ? revocation.startedAt : revocation.createdAt;
  return {
    id: revocation.id,
    connection: revocation.connectionId,
    selector: revocation.selector,
    reason: revocation.reason,
    requested_by: actorView(revocation.requestedBy),
    state: stateOf(shown),
    targets: targetsView(shown),
    per_second: rateOf(shown, startedAt),
    approval: approval
      ? {
          id: approval.id,
          state: approval.state,
          content_hash: approval.contentHash,
          lapses_at: approval.lapsesAt.toISOString(),
        }
      : null,
    items: counts ?? { pending: 0, revoked: 0, verified_dead: 0, unsupported: 0, failed: 0 },
    created_at: revocation.createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    dead_at:
      (revocation.connectionId === null ? revocation.deadAt : revocation.createdAt)?.toISOString() ?? null,
    finished_at: revocation.finishedAt?.toISOString() ?? null,
  };
}

export function actorView({ type, id, name }: { type: string; id: string; name?: string }) {
  return { type, id, name: name ?? null };
}

/** What the dashboard or time decided about an approval shows at once, whether or not the revocation was told. */
function stateOf({ revocation, targets, approval }: ShownRevocation): RevocationView['state'] {
  const { state } = revocation;
  if (state === 'awaiting_approval' && approval) {
    const { state: fate, lapsesAt } = approval;
    if (fate === 'approved') return lapsesAt < new Date() ? 'lapsed' : state;
    return fate === 'pending' ? state : fate;
  }
  if (state !== 'running') return state;
  if (revocation.finishedAt) return 'finished';
  return (targets?.waiting ?? 0) > 0 ? 'running' : 'pending';
}

function targetsView({ revocation, targets }: ShownRevocation): RevocationView['targets'] {
  if (revocation.connectionId !== null)
    return { total: 1, dead: 1, remaining: 0, already_dead: 0, spared: 0 };
  const { total, alreadyDead } = revocation;
  const { waiting: remaining = 0, spared = 0 } = targets ?? {};
  return {
    total: total ?? 0,
    dead: (total ?? 0) - remaining - spared,
    remaining,
    already_dead: alreadyDead ?? 0,
    spared,
  };
}

function rateOf({ revocation, targets }: ShownRevocation, startedAt: Date | null): number | null {
  if (!startedAt || !targets) return null;
  const seconds = ((revocation.deadAt ?? new Date()).getTime() - startedAt.getTime()) / 1_000;
  const dead = (revocation.total ?? 0) - targets.waiting - targets.spared;
  return seconds > 0 ? Math.round((dead / seconds) * 10) / 10 : null;
}

export function revocationItemView(item: RevocationItem): RevocationItemView {
  return {
    id: item.id,
    connection: item.connectionId,
    slot: item.slot,
    generation: item.generation,
    state: item.state,
    verification: {
      state: item.verification,
      reason: item.verificationReason,
      by: item.verifiedBy,
      at: item.verifiedAt?.toISOString() ?? null,
      told_again: item.toldAgain,
    },
    attempts: item.attempts,
    next_attempt_at: item.nextAttemptAt?.toISOString() ?? null,
    last_error: item.lastError,
    http_status: item.httpStatus,
    refresh_token_revoked_at: item.refreshTokenRevokedAt?.toISOString() ?? null,
    access_token_revoked_at: item.accessTokenRevokedAt?.toISOString() ?? null,
  };
}
