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

const itemStates = ['pending', 'revoked', 'unsupported', 'failed'] as const;
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
        'Whether the provider is still to be told. Evergrant itself serves nothing more from the start.',
      ),
    items: z.strictObject({ pending: count, revoked: count, unsupported: count, failed: count }),
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
    state: z.enum(itemStates).describe('`unsupported`: the provider cannot be told.'),
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
    items: counts ?? { pending: 0, revoked: 0, unsupported: 0, failed: 0 },
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
    attempts: item.attempts,
    next_attempt_at: item.nextAttemptAt?.toISOString() ?? null,
    last_error: item.lastError,
    http_status: item.httpStatus,
    refresh_token_revoked_at: item.refreshTokenRevokedAt?.toISOString() ?? null,
    access_token_revoked_at: item.accessTokenRevokedAt?.toISOString() ?? null,
  };
}
