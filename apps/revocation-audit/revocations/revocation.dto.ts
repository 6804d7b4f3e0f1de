import { z } from 'zod';
import { pageOf } from '#platform';
import type { Revocation, RevocationCounts, RevocationItem } from '#storage';

export const revocationIdSchema = z.string().min(1).max(100);

export const createRevocationSchema = z
  .strictObject({
    connection: z.string().min(1).max(100),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .regex(/^[^\p{Cc}]*$/u, 'must not have control characters')
      .describe('Kept in the audit log.'),
  })
  .meta({ id: 'NewRevocation' });
export type CreateRevocation = z.infer<typeof createRevocationSchema>;

const itemStates = ['pending', 'revoked', 'verified_dead', 'unsupported', 'failed'] as const;
const verifications = ['waiting', 'wants_probe', 'verified', 'not_possible', 'still_alive'] as const;
const means = ['introspection', 'userinfo', 'refresh', 'expiry'] as const;
const count = z.int().nonnegative();

export const revocationSchema = z
  .strictObject({
    id: z.string(),
    connection: z.string(),
    reason: z.string(),
    requested_by: z.strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() }),
    state: z
      .enum(['pending', 'finished'])
      .describe(
        '`pending`: the provider is still to be told, or asked whether it is true. Evergrant itself serves nothing more from the start.',
      ),
    items: z
      .strictObject({
        pending: count,
        revoked: count,
        verified_dead: count,
        unsupported: count,
        failed: count,
      })
      .describe('`revoked`: by the word of the provider; `verified_dead`: found dead since.'),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Revocation' });
export type RevocationView = z.infer<typeof revocationSchema>;
export const revocationPageSchema = pageOf(revocationSchema, 'RevocationPage');

export const revocationItemSchema = z
  .strictObject({
    id: z.string(),
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
      at: z.iso.datetime().nullable(),
      told_again: count.describe('How often the provider said revoked, and a token lived on.'),
    }),
    attempts: count,
    next_attempt_at: z.iso.datetime().nullable(),
    last_error: z.string().nullable(),
    http_status: z.int().nullable(),
    refresh_token_revoked_at: z.iso.datetime().nullable(),
    access_token_revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RevocationItem' });
export const revocationItemPageSchema = pageOf(revocationItemSchema, 'RevocationItemPage');

/** A revocation with how far its items are. */
export interface ShownRevocation {
  revocation: Revocation;
  counts: RevocationCounts | undefined;
}

export function revocationView({ revocation, counts }: ShownRevocation): RevocationView {
  const { type, id, name } = revocation.requestedBy;
  return {
    id: revocation.id,
    connection: revocation.connectionId,
    reason: revocation.reason,
    requested_by: { type, id, name: name ?? null },
    state: revocation.finishedAt ? 'finished' : 'pending',
    items: counts ?? { pending: 0, revoked: 0, verified_dead: 0, unsupported: 0, failed: 0 },
    created_at: revocation.createdAt.toISOString(),
    finished_at: revocation.finishedAt?.toISOString() ?? null,
  };
}

export function revocationItemView(item: RevocationItem): z.infer<typeof revocationItemSchema> {
  return {
    id: item.id,
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
