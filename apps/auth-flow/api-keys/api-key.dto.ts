import { z } from 'zod';
import { pageOf, scopeSchema } from '#platform';
import type { ApiKey } from '#storage';

export const apiKeyIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);
const expiresAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() > Date.now(), 'must be in the future');

export const createApiKeySchema = z
  .strictObject({
    name,
    scopes: z.array(scopeSchema).min(1).max(20).describe('No more than your own key has.'),
    expires_at: expiresAt.optional(),
  })
  .meta({ id: 'NewApiKey' });
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

export const updateApiKeySchema = z
  .strictObject({ name: name.optional(), expires_at: expiresAt.optional() })
  .meta({ id: 'ApiKeyChange' });
export type UpdateApiKey = z.infer<typeof updateApiKeySchema>;

const moment = z.iso.datetime().nullable();

export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('How the key begins, to recognise it by.'),
    scopes: z.array(scopeSchema),
    created_at: z.iso.datetime(),
    expires_at: moment,
    revoked_at: moment,
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('Shown this once.') })
  .meta({ id: 'CreatedApiKey' });

export const apiKeyPageSchema = pageOf(apiKeySchema, 'ApiKeyPage');

export function apiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes as ApiKeyView['scopes'],
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
