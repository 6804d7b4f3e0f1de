import { z } from 'zod';

export const tokenConnectionSchema = z.string().min(1).max(100);

const slot = z.string().min(1).max(50).optional().describe('Where a connection has several tokens.');

export const readTokenQuery = z.strictObject({
  min_ttl: z.coerce
    .number()
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .describe('Seconds of life the token must still have. Default: 60, or a quarter of its lifetime.'),
  slot,
});
export type ReadTokenQuery = z.infer<typeof readTokenQuery>;

export const refreshTokenQuery = z.strictObject({ slot });

const expiresAt = z.iso.datetime().nullable().describe('Null where the provider does not say.');
const generation = z.int().describe('Counts the renewals of this token, from 1.');

export const tokenSchema = z
  .strictObject({
    access_token: z.string(),
    token_type: z.string(),
    expires_at: expiresAt,
    scope: z.string(),
    generation,
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof tokenSchema>;

export const refreshedSchema = z
  .strictObject({
    outcome: z
      .enum(['refreshed', 'superseded'])
      .describe('`superseded`: somebody else renewed it at the same time.'),
    generation,
    expires_at: expiresAt,
  })
  .meta({ id: 'Refreshed' });
export type RefreshedView = z.infer<typeof refreshedSchema>;
