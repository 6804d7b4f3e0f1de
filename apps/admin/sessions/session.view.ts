import { z } from 'zod';
import { roleSchema, type FoundSession } from '#platform';
import type { ListedSession, Membership } from '#storage';

const moment = z.iso.datetime();

export const sessionSchema = z
  .strictObject({
    id: z.string(),
    person: z.strictObject({ id: z.string(), name: z.string(), email: z.string().nullable() }),
    authenticated_at: moment.describe('When you last proved who you are; some changes want it fresh.'),
    csrf_token: z.string().describe('Send it as `X-CSRF-Token` with every change.'),
    workspace: z
      .strictObject({ id: z.string(), role: roleSchema, suspended: z.boolean() })
      .nullable()
      .describe('Where requests act that name no workspace in `Evergrant-Workspace`.'),
    permissions: z.array(z.string()).describe('What you may do there.'),
    workspaces: z.array(
      z.strictObject({ id: z.string(), name: z.string(), role: roleSchema, suspended: z.boolean() }),
    ),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

export const listedSessionSchema = z
  .strictObject({
    id: z.string(),
    current: z.boolean().describe('It is the one that asks.'),
    issuer: z.string(),
    address: z.string(),
    user_agent: z.string().nullable(),
    created_at: moment,
    last_seen_at: moment,
    expires_at: moment,
  })
  .meta({ id: 'ListedSession' });
export const listedSessionsSchema = z
  .strictObject({ data: z.array(listedSessionSchema) })
  .meta({ id: 'ListedSessions' });

export const switchSchema = z
  .strictObject({ workspace: z.string().min(1).max(100) })
  .meta({ id: 'WorkspaceSwitch' });
export const signedOutSchema = z
  .strictObject({
    redirect: z.url().describe('Send the browser there: it ends the session at your identity provider.'),
  })
  .meta({ id: 'SignedOut' });
export const endedSchema = z.strictObject({ ended: z.int() }).meta({ id: 'EndedSessions' });

export function sessionView(
  { id, person, authenticatedAt, csrfToken, membership }: FoundSession,
  permissions: Iterable<string>,
  memberships: readonly Membership[],
): SessionView {
  return {
    id,
    person,
    authenticated_at: authenticatedAt.toISOString(),
    csrf_token: csrfToken,
    workspace: membership
      ? { id: membership.workspace, role: membership.role, suspended: membership.suspended }
      : null,
    permissions: [...permissions].toSorted(),
    workspaces: memberships.map(({ workspace, name, role, suspended }) => ({
      id: workspace,
      name,
      role: role as SessionView['workspaces'][number]['role'],
      suspended,
    })),
  };
}

export function listedSessionView(
  session: ListedSession,
  current: string,
): z.infer<typeof listedSessionSchema> {
  return {
    id: session.id,
    current: session.id === current,
    issuer: session.issuer,
    address: session.address,
    user_agent: session.userAgent,
    created_at: session.createdAt.toISOString(),
    last_seen_at: session.lastSeenAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
  };
}
