import { z } from 'zod';
import { connectionTagsSchema } from '#oauth';

/** Text that a page and a log line may show. */
const plain = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must not have control characters');

/** RFC 6749 §3.3. */
export const scopesSchema = z
  .array(
    z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be a scope: visible ASCII without quotes'),
  )
  .max(100);

const oneResource = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text) && !text.includes('#'), 'must be an absolute URI without a fragment');

/** RFC 8707 §2: one or several. */
export const resourceSchema = z
  .union([oneResource, z.array(oneResource).max(10)])
  .transform((given) => (Array.isArray(given) ? given : [given]));

export const createConnectSessionSchema = z
  .strictObject({
    integration: z.string().min(1).max(100),
    end_user: z
      .strictObject({
        id: plain(255).describe('Your own id of the person.'),
        email: z
          .string()
          .max(320)
          .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'must be an e-mail address')
          .optional(),
        display_name: plain(200).optional(),
      })
      .describe('For whom the account is connected; shown to whoever opens the link.'),
    scopes: scopesSchema.optional().describe("Instead of the integration's."),
    resource: resourceSchema.optional().describe('RFC 8707.'),
    tags: connectionTagsSchema
      .optional()
      .describe('For the connection. One that is authorized again keeps those that are not named here.'),
    return_url: z.string().max(2_000).optional().describe("Exactly one of the integration's return_urls."),
    connection: z.string().min(1).max(100).optional().describe('The connection to authorize again.'),
    confirmation: z
      .boolean()
      .optional()
      .describe(
        'Whether a connection with a return_url waits until you confirm it. On, unless the integration says otherwise; switching it off is audited.',
      ),
  })
  .meta({ id: 'NewConnectSession' });

export type CreateConnectSession = z.infer<typeof createConnectSessionSchema>;

export const confirmSchema = z
  .strictObject({
    code: z.string().min(1).max(200).describe('From the return URL; good once.'),
    end_user: plain(255).describe('Your id of the person who came back, from your own session.'),
  })
  .meta({ id: 'ConnectSessionConfirmation' });

export type ConfirmConnectSession = z.infer<typeof confirmSchema>;

export const sessionIdSchema = z.string().min(1).max(100);
