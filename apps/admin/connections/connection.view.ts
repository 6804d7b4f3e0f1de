import { z } from 'zod';
import { connectionStates, connectionTagsSchema } from '#oauth';
import type { ConnectionSlot, ListedConnection } from '#storage';

const moment = z.iso.datetime().nullable();

export const connectionIdSchema = z.string().min(1).max(100);

export const connectionSchema = z
  .strictObject({
    id: z.string(),
    integration: z.string(),
    provider: z.string(),
    grant_type: z.string(),
    end_user: z
      .strictObject({ id: z.string(), email: z.string().nullable(), display_name: z.string().nullable() })
      .nullable(),
    subject: z.string().nullable(),
    state: z.enum(connectionStates),
    return_state: z.string().nullable(),
    reason: z
      .strictObject({
        code: z.string(),
        detail: z.string().nullable(),
        http_status: z.int().nullable(),
        at: z.iso.datetime(),
      })
      .nullable()
      .describe('Why it is in this state.'),
    scopes_requested: z.array(z.string()),
    scopes_granted: z.array(z.string()),
    resource: z.array(z.string()),
    tags: connectionTagsSchema,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    authorized_at: moment,
    expires_at: moment.describe('The soonest end of an access token.'),
    refresh_due_at: moment,
    refreshed_at: moment,
    last_read_at: moment,
    generation: z.int().nullable(),
    failures: z.int().nullable().describe('Consecutive failed renewals.'),
  })
  .meta({ id: 'AdminConnection' });

export const connectionDetailSchema = connectionSchema
  .extend({
    metadata: z.record(z.string(), z.unknown()),
    slots: z.array(
      z.strictObject({
        slot: z.string(),
        generation: z.int(),
        expires_at: moment,
        refresh_token_expires_at: moment,
        refresh_due_at: moment,
        refreshed_at: moment,
        failures: z.int(),
        refreshing: z.boolean().describe('A refresh is in flight, or its end is not known yet.'),
      }),
    ),
  })
  .meta({ id: 'AdminConnectionDetail' });

export type ConnectionView = z.infer<typeof connectionSchema>;
export type ConnectionDetailView = z.infer<typeof connectionDetailSchema>;

export function connectionView(listed: ListedConnection): ConnectionView {
  const { connection, generation, failures } = listed;
  return {
    id: connection.id,
    integration: connection.integrationId,
    provider: connection.provider,
    grant_type: connection.grantType,
    end_user: endUserOf(listed),
    subject: connection.subject,
    state: connection.state as ConnectionView['state'],
    return_state: connection.returnState,
    reason: reasonOf(listed),
    scopes_requested: connection.scopesRequested,
    scopes_granted: connection.scopesGranted,
    resource: connection.resource,
    tags: connection.tags,
    created_at: connection.createdAt.toISOString(),
    updated_at: connection.updatedAt.toISOString(),
    authorized_at: iso(connection.authorizedAt),
    expires_at: iso(listed.expiresAt),
    refresh_due_at: iso(listed.refreshDueAt),
    refreshed_at: iso(listed.refreshedAt),
    last_read_at: iso(listed.lastReadAt),
    generation,
    failures,
  };
}

export function connectionDetailView(found: {
  listed: ListedConnection;
  slots: ConnectionSlot[];
}): ConnectionDetailView {
  return {
    ...connectionView(found.listed),
    metadata: found.listed.connection.metadata,
    slots: found.slots.map((slot) => ({
      slot: slot.slot,
      generation: slot.generation,
      expires_at: iso(slot.expiresAt),
      refresh_token_expires_at: iso(slot.refreshTokenExpiresAt),
      refresh_due_at: iso(slot.refreshDueAt),
      refreshed_at: iso(slot.refreshedAt),
      failures: slot.failures,
      refreshing: slot.openAttemptId !== null,
    })),
  };
}

function endUserOf({ connection }: ListedConnection): ConnectionView['end_user'] {
  const { endUserId: id, endUserEmail: email, endUserName } = connection;
  return id === null ? null : { id, email, display_name: endUserName };
}

function reasonOf({ connection: { reason } }: ListedConnection): ConnectionView['reason'] {
  if (!reason) return null;
  const { code, detail = null, httpStatus = null, at } = reason;
  return { code, detail, http_status: httpStatus, at };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
