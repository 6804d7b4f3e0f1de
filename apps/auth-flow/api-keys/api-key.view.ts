import { z } from 'zod';
import { pageOf, scopeSchema } from '#platform';
import type { ApiKey } from '#storage';

const moment = z.iso.datetime().nullable();

export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('How the key begins, to recognise it by.'),
    scopes: z.array(scopeSchema),
    allowed_addresses: z.array(z.string()).nullable(),
    created_by: z.string().nullable().describe('The person that answers for it, where one is known.'),
    created_at: z.iso.datetime(),
    expires_at: moment,
    revoked_at: moment,
    last_used_at: moment.describe('To within some seconds.'),
    rotated_at: moment,
    previous_expires_at: moment.describe('Until when the former key works, or worked.'),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('Shown this once.') })
  .meta({ id: 'CreatedApiKey' });
export type CreatedApiKeyView = z.infer<typeof createdApiKeySchema>;

export const apiKeyPageSchema = pageOf(apiKeySchema, 'ApiKeyPage');

export function apiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes as ApiKeyView['scopes'],
    allowed_addresses: key.allowedAddresses,
    created_by: key.personId,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    rotated_at: key.rotatedAt?.toISOString() ?? null,
    previous_expires_at: key.previousExpiresAt?.toISOString() ?? null,
  };
}
