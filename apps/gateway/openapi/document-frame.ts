import { eventWebhooks } from './event-webhooks.js';
import type { OpenApiDocument } from './openapi-document.js';

const description: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Evergrant',
    version: '0.1.0',
    description:
      'Keeps third-party OAuth connections alive: connect, renew, read, revoke, prove.\n\n' +
      'Errors are `application/problem+json` (RFC 9457) with a stable `type` under `/problems`. ' +
      'Every POST under `/v1` takes an `Idempotency-Key`. Times are RFC 3339 in UTC.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
};

/**
 * What the merged document says of itself, and the events as webhooks; paths come from the services. The event
 * catalogue comes with a Redis client, which the gateway has no other use for: loaded when somebody asks.
 */
export async function documentFrame(): Promise<OpenApiDocument> {
  const { cloudEventSchema, eventDataSchemas } = await import('#events');
  return { ...description, ...eventWebhooks(cloudEventSchema, eventDataSchemas) };
}
