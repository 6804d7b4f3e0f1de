import { z } from 'zod';
import { connectionStates, connectionTagsSchema } from '#oauth';
import { pageOf } from '#platform';
import { revocationSupportSchema, type RevocationSupport } from '#providers';
import type { ConnectionSlot, ListedConnection, RefreshAttempt } from '#storage';

const attemptPhases = [
  'intent',
  'not_sent',
  'ambiguous',
  'landed',
  'promoted',
  'orphaned',
  'failed',
  'resolved',
] as const;

const moment = z.iso.datetime().nullable();

export const connectionSchema = z
  .strictObject({
    id: z.string(),
    integration: z.string(),
    provider: z.string(),
    grant_type: z.enum(['authorization_code', 'client_credentials']),
    end_user: z
      .strictObject({ id: z.string(), email: z.string().nullable(), display_name: z.string().nullable() })
      .nullable()
      .describe('Null where the application acts for itself.'),
    subject: z.string().nullable().describe('Who it is at the provider (`sub`), where that is known.'),
    state: z.enum(connectionStates),
    reason: z
      .strictObject({ code: z.string(), detail: z.string().nullable(), at: z.iso.datetime() })
      .nullable()
      .describe('Why it is in this state.'),
    scopes: z.array(z.string()).describe('As granted.'),
    resource: z.array(z.string()),
    tags: connectionTagsSchema,
    generation: z.int().nullable(),
    expires_at: moment.describe('When the first of its access tokens expires.'),
    reauthorize_by: moment.describe('When the end user must consent again at the latest.'),
    last_read_at: moment,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    authorized_at: moment,
  })
  .meta({ id: 'Connection' });

export type ConnectionView = z.infer<typeof connectionSchema>;
export const connectionPageSchema = pageOf(connectionSchema, 'ConnectionPage');

export const connectionDetailSchema = connectionSchema
  .extend({
    metadata: z
      .record(z.string(), z.unknown())
      .describe('What the provider said besides: tenant, realm, account.'),
    revocation: revocationSupportSchema,
    slots: z.array(
      z.strictObject({
        slot: z.string(),
        generation: z.int(),
        expires_at: moment,
        refresh_due_at: moment,
        refreshed_at: moment,
        failures: z.int().describe('Failed renewals in a row.'),
      }),
    ),
    attempts: z
      .array(
        z.strictObject({
          id: z.string(),
          slot: z.string(),
          generation: z.int().describe('That it set out from.'),
          trigger: z.string(),
          phase: z.enum(attemptPhases).describe('How far it came.'),
          failure_class: z.string().nullable(),
          error_code: z.string().nullable().describe("The provider's own, where it gave one."),
          http_status: z.int().nullable(),
          started_at: z.iso.datetime(),
          closed_at: moment.describe('Null while its end is not known.'),
          next_at: moment.describe('When it is looked at again.'),
        }),
      )
      .describe('The newest renewals, newest first.'),
  })
  .meta({ id: 'ConnectionDetail' });

export type ConnectionDetailView = z.infer<typeof connectionDetailSchema>;

/** A row with what only the provider's profile can say. */
export interface ShownConnection extends ListedConnection {
  reauthorizeBy: number | null;
}

export function connectionView(shown: ShownConnection): ConnectionView {
  const { connection, generation, expiresAt, lastReadAt, reauthorizeBy } = shown;
  const { endUserId: id, endUserEmail: email, endUserName, reason } = connection;
  return {
    id: connection.id,
    integration: connection.integrationId,
    provider: connection.provider,
    grant_type: connection.grantType,
    end_user: id === null ? null : { id, email, display_name: endUserName },
    subject: connection.subject,
    state: connection.state as ConnectionView['state'],
    reason: reason && { code: reason.code, detail: reason.detail ?? null, at: reason.at },
    scopes: connection.scopesGranted,
    resource: connection.resource,
    tags: connection.tags,
    generation,
    expires_at: iso(expiresAt),
    reauthorize_by: reauthorizeBy === null ? null : new Date(reauthorizeBy).toISOString(),
    last_read_at: iso(lastReadAt),
    created_at: connection.createdAt.toISOString(),
    updated_at: connection.updatedAt.toISOString(),
    authorized_at: iso(connection.authorizedAt),
  };
}

export function connectionDetailView(
  shown: ShownConnection,
  slots: readonly ConnectionSlot[],
  attempts: readonly RefreshAttempt[],
  revocation: RevocationSupport,
): ConnectionDetailView {
  return {
    ...connectionView(shown),
    metadata: shown.connection.metadata,
    revocation,
    slots: slots.map((slot) => ({
      slot: slot.slot,
      generation: slot.generation,
      expires_at: iso(slot.expiresAt),
      refresh_due_at: iso(slot.refreshDueAt),
      refreshed_at: iso(slot.refreshedAt),
      failures: slot.failures,
    })),
    attempts: attempts.map((attempt) => ({
      id: attempt.id,
      slot: attempt.slot,
      generation: attempt.baseGeneration,
      trigger: attempt.trigger,
      phase: attempt.state,
      failure_class: attempt.failureClass,
      error_code: attempt.errorCode,
      http_status: attempt.httpStatus,
      started_at: attempt.startedAt.toISOString(),
      closed_at: iso(attempt.closedAt),
      next_at: iso(attempt.resolveAt),
    })),
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
