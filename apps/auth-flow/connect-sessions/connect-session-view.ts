import { z } from 'zod';
import { connectionTagsSchema } from '#oauth';
import type { ConnectSession } from '#storage';
import { shownState } from './session-life.js';

const time = z.iso.datetime();

export const createdSessionSchema = z
  .strictObject({
    id: z.string(),
    url: z.string().describe('Send the end user here. Whoever has it can use it: it is shown once.'),
    expires_at: time,
  })
  .meta({ id: 'CreatedConnectSession' });

export type CreatedSessionView = z.infer<typeof createdSessionSchema>;

export const connectSessionSchema = z
  .strictObject({
    id: z.string(),
    integration: z.string(),
    end_user: z.strictObject({
      id: z.string(),
      email: z.string().nullable(),
      display_name: z.string().nullable(),
    }),
    scopes: z.array(z.string()),
    resource: z.array(z.string()),
    tags: connectionTagsSchema,
    return_url: z.string().nullable(),
    confirmation: z.boolean(),
    state: z
      .enum(['open', 'awaiting_confirmation', 'completed', 'failed', 'expired'])
      .describe('A failed one can still be completed until it expires: the end user may try again.'),
    connection: z.string().nullable(),
    failure: z
      .strictObject({ code: z.string(), detail: z.string() })
      .nullable()
      .describe('The last thing that was refused, by a stable code. It changed nothing else.'),
    created_at: time,
    expires_at: time,
    completed_at: time.nullable(),
  })
  .meta({ id: 'ConnectSession' });

export type ConnectSessionView = z.infer<typeof connectSessionSchema>;

export function connectSessionView(session: ConnectSession, now: number): ConnectSessionView {
  const state = shownState(session, now);
  return {
    id: session.id,
    integration: session.integrationId,
    end_user: {
      id: session.endUserId,
      email: session.endUserEmail,
      display_name: session.endUserName,
    },
    scopes: session.scopes,
    resource: session.resource,
    tags: session.tags,
    return_url: session.returnUrl,
    confirmation: session.confirmation,
    state,
    // A session that was given a connection to renew names it once that has happened.
    connection: session.connectionId,
    failure: failureOf(session, state),
    created_at: session.createdAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    completed_at: session.completedAt?.toISOString() ?? null,
  };
}

function failureOf(session: ConnectSession, state: string): ConnectSessionView['failure'] {
  if (session.failureCode !== null)
    return { code: session.failureCode, detail: session.failureDetail ?? session.failureCode };
  if (state !== 'expired') return null;
  return session.connectionId === null
    ? { code: 'link_expired', detail: 'Nobody completed it in time.' }
    : { code: 'confirmation_expired', detail: 'Nobody confirmed it in time.' };
}
