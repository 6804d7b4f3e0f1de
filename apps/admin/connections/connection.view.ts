import { z } from 'zod';
import { connectionStates, connectionTagsSchema } from '#oauth';
import type { ListedConnection } from '#storage';

export const moment = z.iso.datetime().nullable();

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
    reauthorize_by: moment.describe('When its end user must have consented again.'),
    refreshed_at: moment,
    last_read_at: moment,
    generation: z.int().nullable(),
    failures: z.int().nullable().describe('Consecutive failed renewals.'),
  })
  .meta({ id: 'AdminConnection' });

export type ConnectionView = z.infer<typeof connectionSchema>;

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
    reauthorize_by: iso(listed.consentEndsAt),
    refreshed_at: iso(listed.refreshedAt),
    last_read_at: iso(listed.lastReadAt),
    generation,
    failures,
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

export function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
