import { connectionTagsSchema, incidentKinds } from '#oauth';
import { z } from 'zod';

/** Every event type, by what its data holds. Types never change meaning; new ones are added here. */
export const connectionEventTypes = [
  'connection.authorized',
  'connection.degraded',
  'connection.recovered',
  'connection.needs_reauthorization',
  'connection.reauthorize_soon',
  'connection.paused',
  'connection.resumed',
  'connection.quarantined',
  'connection.expired',
  'connection.revoking',
  'connection.revoked',
  'connection.revocation_confirmed',
  'connection.revocation_failed',
  'connection.erased',
] as const;
export const tokenEventTypes = ['token.refreshed', 'token.refresh_failed'] as const;
export const anomalyEventTypes = ['connection.anomaly_detected'] as const;
/** A token that was found where it should not be. */
export const leakEventTypes = ['token.leak_reported'] as const;
export const integrationEventTypes = ['integration.paused', 'integration.resumed'] as const;
export const providerEventTypes = ['provider.incident_opened', 'provider.incident_closed'] as const;
export const securityEventTypes = ['security_event.received'] as const;
export const endUserEventTypes = ['end_user.removed'] as const;

export type EventType =
  | (typeof connectionEventTypes)[number]
  | (typeof tokenEventTypes)[number]
  | (typeof leakEventTypes)[number]
  | (typeof anomalyEventTypes)[number]
  | (typeof integrationEventTypes)[number]
  | (typeof providerEventTypes)[number]
  | (typeof securityEventTypes)[number]
  | (typeof endUserEventTypes)[number];

const connectionEventData = z
  .strictObject({
    connection: z.string(),
    integration: z.string(),
    provider: z.string(),
    end_user: z.string().nullable().describe("The caller's own id; null for client credentials."),
    state: z.string().describe('The state after the change.'),
    reason: z.string().optional().describe('A stable code: why.'),
    tags: connectionTagsSchema.optional().describe('Left out where it has none.'),
    reauthorize_by: z.iso.datetime().optional().describe('Of connection.reauthorize_soon.'),
  })
  .meta({ id: 'ConnectionEventData' });

const tokenEventData = z
  .strictObject({
    connection: z.string(),
    integration: z.string(),
    provider: z.string(),
    end_user: z.string().nullable(),
    slot: z.string(),
    generation: z.int().describe('The newest generation after the attempt.'),
    expires_at: z.iso.datetime().nullable(),
    failure_class: z.string().optional(),
    error_code: z.string().optional(),
  })
  .meta({ id: 'TokenEventData' });

const leakEventData = z
  .strictObject({
    connection: z.string(),
    integration: z.string(),
    provider: z.string(),
    end_user: z.string().nullable(),
    source: z
      .string()
      .describe(
        'Who says so: `github` found it somewhere; `provider_reuse`: the provider saw a refresh token used twice.',
      ),
    slot: z.string().optional(),
    generation: z.int().optional().describe('Of the token; of provider_reuse: the newest.'),
    token_kind: z.enum(['access', 'refresh']).optional(),
    current: z.boolean().optional().describe('It is of the newest generation.'),
    alive: z.boolean().optional().describe('The provider may still accept it.'),
    place: z.string().nullable().optional().describe('Where it was found, without query.'),
    action: z
      .enum(['notify', 'freeze', 'revoke'])
      .optional()
      .describe("What the workspace's policy does about it."),
    attempt: z.string().optional().describe('Of provider_reuse: the renewal that was told so.'),
    after_lost_answer: z
      .boolean()
      .optional()
      .describe('Of provider_reuse: a request of ours was lost before, and may be the other use.'),
  })
  .meta({ id: 'LeakEventData' });

const anomalyEventData = z
  .strictObject({
    rule: z.enum(['new_caller', 'bulk_enumeration', 'spike', 'idle_connection']),
    connection: z.string().nullable().describe('Null where it is about more than one.'),
    caller: z.strictObject({ type: z.string(), id: z.string() }).describe('Who read, or read most.'),
    network: z.string().describe('Of IPv4 the /24, of IPv6 the /64.'),
    count: z.int().describe('Reads in the minute; of bulk_enumeration: connections.'),
    minute: z.iso.datetime(),
    action: z.enum(['notify', 'freeze']).describe("What the workspace's policy does about it."),
  })
  .meta({ id: 'AnomalyEventData' });

const integrationEventData = z
  .strictObject({
    integration: z.string(),
    provider: z.string(),
    state: z.string(),
    reason: z.string().optional(),
  })
  .meta({ id: 'IntegrationEventData' });

const providerEventData = z
  .strictObject({
    incident: z.string(),
    provider: z.string().describe("A provider's id; of a custom one `custom:<host>`."),
    kind: z.enum(incidentKinds),
    opened_at: z.iso.datetime(),
    closed_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ProviderEventData' });

const securityEventData = z
  .strictObject({
    security_event: z.string(),
    stream: z.string(),
    issuer: z.string(),
    types: z.array(z.string()).describe('The event type URIs of the Security Event Token.'),
    action: z.enum(['freeze', 'revoke', 'notify', 'ignore']).describe("What the stream's policy made of it."),
    matched: z.int().describe('How many connections it is about.'),
    connections: z.array(z.string()).describe('Their ids, 100 at most.'),
  })
  .meta({ id: 'SecurityEventData' });

const endUserEventData = z
  .strictObject({
    end_user: z.string().describe("The caller's own id."),
    removal: z.string(),
    revocation: z
      .string()
      .describe('The job that revoked the connections; its report says what providers said.'),
    connections: z.int().describe('How many were revoked and erased.'),
  })
  .meta({ id: 'EndUserEventData' });

export type ConnectionEventData = z.infer<typeof connectionEventData>;
export type TokenEventData = z.infer<typeof tokenEventData>;
export type IntegrationEventData = z.infer<typeof integrationEventData>;

/** The schema of each type's `data`; also what OpenAPI's `webhooks` are made from. */
export const eventDataSchemas: Readonly<Record<EventType, z.ZodType>> = Object.fromEntries([
  ...connectionEventTypes.map((type) => [type, connectionEventData]),
  ...tokenEventTypes.map((type) => [type, tokenEventData]),
  ...anomalyEventTypes.map((type) => [type, anomalyEventData]),
  ...leakEventTypes.map((type) => [type, leakEventData]),
  ...integrationEventTypes.map((type) => [type, integrationEventData]),
  ...providerEventTypes.map((type) => [type, providerEventData]),
  ...securityEventTypes.map((type) => [type, securityEventData]),
  ...endUserEventTypes.map((type) => [type, endUserEventData]),
]) as Record<EventType, z.ZodType>;
