import { z } from 'zod';
import { pageOf } from '#platform';
import type { SecurityEventStream } from '#storage';
import { defaultPolicies } from '../processing/event-types.js';
import type { StreamAddresses } from './stream-addresses.js';

export const streamIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);
const url = z.string().min(1).max(2_000);
const eventType = z
  .string()
  .min(1)
  .max(500)
  .refine((type) => URL.canParse(type), 'must be an event type URI');
const events = z.array(eventType).min(1).max(100).describe('Event types that are acted on; all unless told.');
const audience = z
  .array(z.string().min(1).max(2_000))
  .min(1)
  .max(10)
  .describe("What the SETs' aud may be; the stream's own address unless told.");
const policies = z
  .record(eventType, z.enum(['freeze', 'revoke', 'notify']))
  .refine((all) => Object.keys(all).length <= 100, 'must have 100 members at most')
  .describe(
    'By event type: what is done to the connections that an event is about. The rest has its default.',
  );
/** A header value, or the token in one. */
const secret = z
  .string()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'must be visible ASCII characters');
const jwks = z
  .strictObject({
    keys: z
      .array(z.record(z.string().max(50), z.unknown()))
      .min(1)
      .max(20),
  })
  .describe("The transmitter's public keys, where they are published nowhere.");

export const createStreamSchema = z
  .strictObject({
    name: name.optional().describe('The issuer unless told.'),
    issuer: url.describe('Exactly the iss of its SETs.'),
    audience: audience.optional(),
    delivery: z.enum(['push', 'poll']),
    poll_endpoint: url.optional(),
    poll_authorization: secret.optional().describe('The whole Authorization header of polls; never shown.'),
    jwks_uri: url.optional().describe("Of the transmitter's keys; unless told, as its SSF metadata say."),
    jwks: jwks.optional(),
    events: events.optional(),
    policies: policies.optional(),
    management_token: secret
      .optional()
      .describe('Of the transmitter: with it the stream is made there and verified (SSF 1.0). Never shown.'),
  })
  .meta({ id: 'NewSecurityEventStream' });
export type CreateStream = z.infer<typeof createStreamSchema>;

export const updateStreamSchema = z
  .strictObject({
    name: name.optional(),
    audience: audience.optional(),
    poll_endpoint: url.optional(),
    poll_authorization: secret.nullable().optional(),
    jwks_uri: url.nullable().optional(),
    jwks: jwks.nullable().optional(),
    events: events.nullable().optional(),
    policies: policies.optional(),
  })
  .meta({ id: 'SecurityEventStreamChange' });
export type UpdateStream = z.infer<typeof updateStreamSchema>;

export const streamSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    issuer: z.string(),
    audience: z.array(z.string()),
    delivery: z.enum(['push', 'poll']),
    push_endpoint: z
      .string()
      .nullable()
      .describe('Where the transmitter pushes to; null where it is polled.'),
    global_token_revocation_endpoint: z.string(),
    poll_endpoint: z.string().nullable(),
    jwks_uri: z.string().nullable(),
    jwks: z.looseObject({ keys: z.array(z.looseObject({})) }).nullable(),
    events: z.array(z.string()).nullable(),
    policies: z.record(z.string(), z.string()).describe('All that hold, defaults included.'),
    transmitter_stream: z.string().nullable().describe('Its id at the transmitter, where we made it there.'),
    transmitter_status: z.string().nullable().describe('As its last stream-updated event said.'),
    verified_at: z.iso.datetime().nullable().describe('When a verification event came last.'),
    last_error: z.string().nullable().describe('Of the last poll, or of its verification.'),
    created_at: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: 'SecurityEventStream' });
export type StreamView = z.infer<typeof streamSchema>;
export const streamPageSchema = pageOf(streamSchema, 'SecurityEventStreamPage');

export const createdStreamSchema = streamSchema
  .extend({
    authorization: z.string().describe('What the transmitter must send as Authorization. Shown only once.'),
  })
  .meta({ id: 'CreatedSecurityEventStream' });
export type CreatedStreamView = z.infer<typeof createdStreamSchema>;

export function streamView(stream: SecurityEventStream, addresses: StreamAddresses): StreamView {
  return {
    id: stream.id,
    name: stream.name,
    issuer: stream.issuer,
    audience: stream.audience,
    delivery: stream.delivery,
    push_endpoint: stream.delivery === 'push' ? addresses.push(stream.id) : null,
    global_token_revocation_endpoint: addresses.globalTokenRevocation(stream.id),
    poll_endpoint: stream.pollEndpoint,
    jwks_uri: stream.jwksUri,
    jwks: stream.jwks,
    events: stream.events,
    policies: { ...defaultPolicies, ...stream.policies },
    transmitter_stream: stream.transmitter?.streamId ?? null,
    transmitter_status: stream.transmitterStatus,
    verified_at: stream.verifiedAt?.toISOString() ?? null,
    last_error: stream.lastError,
    created_at: stream.createdAt.toISOString(),
    version: stream.version,
  };
}
