import { Module, type DynamicModule } from '@nestjs/common';
import { StoresModule, TokenCustodyModule } from '#composition';
import {
  EventStream,
  ProviderCounters,
  RefreshQueue,
  RefreshSignal,
  RequestLimits,
  RevocationQueue,
} from '#events';
import {
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  ProviderIncidents,
  RefreshCalls,
  RefreshWorkers,
  Restores,
  TokenSet,
} from '#storage';
import { GateService } from './gate/gate.service.js';
import { IncidentsScheduler } from './incidents/incidents.scheduler.js';
import { IncidentsService } from './incidents/incidents.service.js';
import { BacklogRateService } from './planning/backlog-rate.service.js';
import { PlannerScheduler } from './planning/planner.scheduler.js';
import { RefreshWorkerConfig } from './refresh-worker.config.js';
import { FailuresService } from './refreshing/failures.service.js';
import { IntegrationHealthService } from './refreshing/integration-health.service.js';
import { PromotionsService } from './refreshing/promotions.service.js';
import { EngineService } from './refreshing/engine.service.js';
import { RefreshStoreService } from './refreshing/refresh-store.service.js';
import { TokenEndpointService } from './refreshing/token-endpoint.service.js';
import { WorkerIdentity } from './refreshing/worker-identity.js';
import { ProbesScheduler } from './probing/probes.scheduler.js';
import { ProbesService } from './probing/probes.service.js';
import { EndingConsentsScheduler } from './consents/ending-consents.scheduler.js';
import { DatabaseTrustService } from './restores/database-trust.service.js';
import { Mirror } from './restores/mirror.js';
import { RestoresScheduler } from './restores/restores.scheduler.js';
import { RestoresService } from './restores/restores.service.js';
import { SpoolDrainService } from './spool/spool-drain.service.js';
import { RefreshMetricsService } from './refreshing/refresh-metrics.service.js';
import { RefreshProcessor } from './refreshing/refresh.processor.js';
import { OutboxRelay } from './relay/outbox.relay.js';
import { OrphansService } from './resolving/orphans.service.js';
import { ResolverScheduler } from './resolving/resolver.scheduler.js';
import { RetentionScheduler } from './retention/retention.scheduler.js';
import { Spool } from './spool/spool.js';
import { SpoolScheduler } from './spool/spool.scheduler.js';

const entities = [
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
];

/** Plans, refreshes, resolves; relays the outbox. The only spender of refresh tokens. */
@Module({})
export class RefreshWorkerModule {
  static with(config: RefreshWorkerConfig): DynamicModule {
    return {
      module: RefreshWorkerModule,
      imports: [
        StoresModule.with({
          service: 'refresh-worker',
          databaseUrl: config.REFRESH_WORKER_DATABASE_URL,
          redisUrl: config.REDIS_URL,
          entities,
          uses: [RefreshQueue, RefreshSignal, EventStream, ProviderCounters, RequestLimits, RevocationQueue],
        }),
        TokenCustodyModule.with(config),
      ],
      providers: [
        { provide: RefreshWorkerConfig, useValue: config },
        { provide: WorkerIdentity, useFactory: () => new WorkerIdentity(config.SPOOL_DIR) },
        { provide: Mirror, useFactory: () => new Mirror(config.SPOOL_DIR) },
        { provide: Spool, useFactory: () => new Spool(config.SPOOL_DIR, config.SPOOL_MAX_ANSWERS) },
        ...engine,
      ],
    };
  }
}

/** The spool first: its answers go before anything else. */
const engine = [
  SpoolDrainService,
  SpoolScheduler,
  RefreshCalls,
  RefreshWorkers,
  ProviderIncidents,
  IncidentsService,
  IncidentsScheduler,
  Restores,
  DatabaseTrustService,
  RestoresService,
  RestoresScheduler,
  EndingConsentsScheduler,
  BacklogRateService,
  GateService,
  RefreshStoreService,
  TokenEndpointService,
  EngineService,
  PromotionsService,
  FailuresService,
  IntegrationHealthService,
  RefreshMetricsService,
  RefreshProcessor,
  PlannerScheduler,
  OrphansService,
  ResolverScheduler,
  ProbesService,
  ProbesScheduler,
  OutboxRelay,
  RetentionScheduler,
];
