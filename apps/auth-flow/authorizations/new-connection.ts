import type { ConnectionTags } from '#oauth';
import type { Connection, Integration } from '#storage';

export interface ConnectionWish {
  id: string;
  integration: Integration;
  grantType: Connection['grantType'];
  scopes: string[];
  resource: string[];
  tags: ConnectionTags;
  endUser: { id: string; email: string | null; name: string | null } | null;
}

/** A connection that nobody has authorized yet: the state in which each one begins. */
export function newConnection({
  id,
  integration,
  grantType,
  scopes,
  resource,
  tags,
  endUser,
}: ConnectionWish): Connection {
  const now = new Date();
  return {
    workspaceId: integration.workspaceId,
    id,
    integrationId: integration.id,
    provider: integration.provider,
    grantType,
    endUserId: endUser?.id ?? null,
    endUserEmail: endUser?.email ?? null,
    endUserName: endUser?.name ?? null,
    subject: null,
    state: 'pending',
    returnState: null,
    reason: null,
    scopesRequested: scopes,
    scopesGranted: [],
    resource,
    metadata: {},
    tags,
    version: 1,
    createdAt: now,
    updatedAt: now,
    authorizedAt: null,
  };
}
