import { z } from 'zod';
import { isNetwork, scopeSchema } from '#platform';

export const apiKeyIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);
const expiresAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() > Date.now(), 'must be in the future');

const allowedAddresses = z
  .array(z.string().max(50).refine(isNetwork, 'must be an address, or a network in CIDR notation'))
  .min(1)
  .max(100)
  .nullable()
  .describe('Addresses and networks that it may be used from; null: from anywhere.');

export const createApiKeySchema = z
  .strictObject({
    name,
    scopes: z.array(scopeSchema).min(1).max(20).describe('No more than you have yourself.'),
    expires_at: expiresAt.optional(),
    allowed_addresses: allowedAddresses.optional(),
    workspace: z.string().min(1).max(100).optional().describe('Your own; a key is made in no other.'),
  })
  .meta({ id: 'NewApiKey' });
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

export const updateApiKeySchema = z
  .strictObject({
    name: name.optional(),
    expires_at: expiresAt.optional(),
    allowed_addresses: allowedAddresses.optional(),
  })
  .meta({ id: 'ApiKeyChange' });
export type UpdateApiKey = z.infer<typeof updateApiKeySchema>;

export const rotateApiKeySchema = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .default(86_400)
      .describe('How long the former key still works.'),
    replace_previous: z
      .boolean()
      .default(false)
      .describe('End the former key of the last rotation, should it still work.'),
  })
  .meta({ id: 'ApiKeyRotation' });
export type RotateApiKey = z.infer<typeof rotateApiKeySchema>;
