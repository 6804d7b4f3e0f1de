import { z } from 'zod';
import { connectionTagsSchema } from '#oauth';
import { resourceSchema, scopesSchema } from '../connect-sessions/connect-session.dto.js';

export const createConnectionSchema = z
  .strictObject({
    integration: z.string().min(1).max(100),
    grant_type: z.literal('client_credentials'),
    scopes: scopesSchema.optional().describe("Instead of the integration's."),
    resource: resourceSchema.optional().describe('RFC 8707.'),
    tags: connectionTagsSchema.optional(),
  })
  .meta({ id: 'NewConnection' });

export type CreateConnection = z.infer<typeof createConnectionSchema>;
