import { z } from 'zod';

const check = z.strictObject({
  name: z.enum(['endpoint', 'client']).describe('`endpoint`: it answers. `client`: it takes id and secret.'),
  secret: z.int().nullable().describe('Which client secret, 0 the newest; null where there is none of it.'),
  outcome: z.enum(['passed', 'failed', 'unknown']),
  code: z.string().nullable().describe("The provider's error code, or ours."),
  http_status: z.int().nullable(),
  detail: z.string(),
});

export const integrationTestSchema = z
  .strictObject({
    ok: z.boolean().describe('Nothing failed, and the newest client secret is taken.'),
    tested_at: z.iso.datetime(),
    token_endpoint_host: z.string(),
    checks: z.array(check),
  })
  .meta({ id: 'IntegrationTest' });

export type IntegrationTestView = z.infer<typeof integrationTestSchema>;
export type IntegrationCheck = z.infer<typeof check>;
