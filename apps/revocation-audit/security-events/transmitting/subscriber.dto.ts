import { z } from 'zod';
import { pageOf } from '#platform';
import type { SecurityEventSubscriber } from '#storage';
import type { StreamAddresses } from '../streams/stream-addresses.js';

export const subscriberIdSchema = z.string().min(1).max(100);

export const createSubscriberSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    endpoint_url: z.string().min(1).max(2_000).describe('Where SETs are pushed to (RFC 8935).'),
    authorization: z
      .string()
      .min(1)
      .max(4_000)
      .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'must be visible ASCII characters')
      .optional()
      .describe('The whole Authorization header that is sent along; never shown.'),
    audience: z.string().min(1).max(2_000).describe('The aud of its SETs.'),
    subject_format: z
      .enum(['opaque', 'email'])
      .default('opaque')
      .describe('How it knows end users: by your own ids of them, or by address.'),
  })
  .meta({ id: 'NewSecurityEventSubscriber' });
export type CreateSubscriber = z.infer<typeof createSubscriberSchema>;

export const subscriberSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    endpoint_url: z.string(),
    audience: z.string(),
    subject_format: z.enum(['opaque', 'email']),
    issuer: z.string().describe('The iss of its SETs.'),
    jwks_uri: z.string().describe('By whose keys they are signed.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'SecurityEventSubscriber' });
export type SubscriberView = z.infer<typeof subscriberSchema>;
export const subscriberPageSchema = pageOf(subscriberSchema, 'SecurityEventSubscriberPage');

export const keySetSchema = z
  .strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) })
  .meta({ id: 'SecurityEventKeySet' });

export function subscriberView(
  subscriber: SecurityEventSubscriber,
  workspace: string,
  addresses: StreamAddresses,
): SubscriberView {
  return {
    id: subscriber.id,
    name: subscriber.name,
    endpoint_url: subscriber.endpointUrl,
    audience: subscriber.audience,
    subject_format: subscriber.subjectFormat,
    issuer: addresses.issuer(workspace),
    jwks_uri: addresses.jwks(workspace),
    created_at: subscriber.createdAt.toISOString(),
  };
}
