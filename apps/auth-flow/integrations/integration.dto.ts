import { z } from 'zod';
import { clientAuthMethods } from '#oauth';
import { listQuery } from '#platform';
import { scopesSchema } from '../connect-sessions/connect-session.dto.js';

export const integrationIdSchema = z.string().min(1).max(100);
export const integrationsQuery = listQuery;

const visible = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII (RFC 6749 appendix A)');

const secret = visible(2_000);

const returnUrl = z
  .string()
  .max(2_000)
  .refine(isReturnUrl, 'must be an https URL, or http on localhost, without fragment or credentials');

export const requestLimits = z
  .strictObject({
    concurrency: z.int().min(1).max(1_000).optional().describe('Token requests at once.'),
    requests_per_second: z.number().min(0.01).max(10_000).optional(),
  })
  .describe("Of this integration's token requests, beneath the provider's own.")
  .meta({ id: 'RequestLimits' });

const fields = {
  name: z.string().trim().min(1).max(200).optional().describe('What end users read on the connect page.'),
  client_id: visible(500).optional(),
  client_secret: z
    .union([secret, z.array(secret).min(1).max(5)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe('Write only. Several, newest first, while one is being rotated.'),
  scopes: scopesSchema.optional(),
  token_endpoint_auth_method: z.enum(clientAuthMethods).optional(),
  refresh_policy: z
    .enum(['ahead', 'on_demand'])
    .optional()
    .describe('Renew before tokens expire, or only when somebody reads.'),
  limits: requestLimits.optional(),
  return_urls: z.array(returnUrl).max(20).optional(),
  confirmation: z
    .boolean()
    .optional()
    .describe('Whether connections with a return URL wait until you confirm them.'),
  settings: z
    .record(z.string().max(100), z.unknown())
    .optional()
    .describe("The provider's fields (tenant, shop, region), as the catalogue lists them."),
};

export const createIntegrationSchema = z
  .strictObject({ provider: z.string().min(1).max(100), ...fields })
  .meta({ id: 'NewIntegration' });
export type CreateIntegration = z.infer<typeof createIntegrationSchema>;

export const updateIntegrationSchema = z.strictObject(fields).meta({ id: 'IntegrationChange' });
export type UpdateIntegration = z.infer<typeof updateIntegrationSchema>;

function isReturnUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
