import { z } from 'zod';
import { connectionTagsSchema } from '#oauth';
import type { ListedConnection } from '#storage';

const time = z.iso.datetime().nullable();

export const createdConnectionSchema = z
  .strictObject({
    id: z.string(),
    integration: z.string(),
    provider: z.string(),
    grant_type: z.string(),
    state: z.string(),
    scopes: z.array(z.string()),
    resource: z.array(z.string()),
    tags: connectionTagsSchema,
    generation: z.int().nullable(),
    expires_at: time,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'CreatedConnection' });

export type CreatedConnectionView = z.infer<typeof createdConnectionSchema>;

export function createdConnectionView({
  connection,
  generation,
  expiresAt,
}: ListedConnection): CreatedConnectionView {
  return {
    id: connection.id,
    integration: connection.integrationId,
    provider: connection.provider,
    grant_type: connection.grantType,
    state: connection.state,
    scopes: connection.scopesGranted,
    resource: connection.resource,
    tags: connection.tags,
    generation,
    expires_at: expiresAt?.toISOString() ?? null,
    created_at: connection.createdAt.toISOString(),
  };
}
