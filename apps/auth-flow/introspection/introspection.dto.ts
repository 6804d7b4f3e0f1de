import { z } from 'zod';

/** RFC 7662 section 2.1: what else is sent is ignored, and the hint is not needed. */
export const introspectionRequestSchema = z.object({ token: z.string().min(1).max(20_000) });

/** Section 2.2; an inactive token has `active` alone. */
export const introspectionSchema = z
  .strictObject({
    active: z.boolean(),
    scope: z.string().optional(),
    client_id: z.string().optional(),
    token_type: z.string().optional().describe('Of an access token.'),
    exp: z.int().optional().describe('Seconds since 1970; missing where it is not known to expire.'),
    iat: z.int().optional().describe('When we received it.'),
    sub: z.string().optional().describe('The resource owner at the provider, where that is known.'),
    aud: z.array(z.string()).optional().describe('The resources that were asked for (RFC 8707).'),
    connection: z.string().optional(),
    end_user: z.string().optional().describe('Your own id of the person.'),
  })
  .meta({ id: 'Introspection' });

export type Introspection = z.infer<typeof introspectionSchema>;
