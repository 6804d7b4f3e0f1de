export {
  anomalyEventTypes,
  connectionEventTypes,
  eventDataSchemas,
  integrationEventTypes,
  leakEventTypes,
  providerEventTypes,
  securityEventTypes,
  tokenEventTypes,
  type ConnectionEventData,
  type EventType,
  type IntegrationEventData,
  type TokenEventData,
} from './event-catalogue.js';
export { cloudEventSchema, toCloudEvent, type CloudEvent, type PositionedEvent } from './cloud-event.js';
export { RedisConnections } from './redis-connections.js';
export { QUEUE_PREFIX, REFRESH_QUEUE, RefreshQueue, type RefreshJob } from './refresh-queue.js';
export { REVOCATION_QUEUE, RevocationQueue, type RevocationJob } from './revocation-queue.js';
export { currentQueueEpoch } from './queue-epoch.js';
export { RefreshSignal, type RefreshEnded } from './refresh-signal.js';
export { ProviderCounters } from './provider-counters.js';
export { RequestLimits, type Permit, type RequestLimit } from './request-limits.js';
export { EventStream } from './event-stream.js';
export { EventsModule, type EventsOptions } from './events.module.js';
