import { Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { EventsModule, EventStream, RedisConnections, RefreshQueue, RefreshSignal } from '#events';
import { OutboundClient } from '#outbound';
import { ReadinessIndicators } from '#platform';
import { ProviderCatalogue } from '#providers';
import {
  Connection,
  ConnectionSlot,
  Database,
  Directory,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  StorageModule,
  TokenSet,
  WorkspaceKeys,
} from '#storage';
import { openVault, Vault } from '#vault';
import { PlannerScheduler } from './planning/planner.scheduler.js';
import { RefreshWorkerConfig } from './refresh-worker.config.js';
import { AttemptsService } from './refreshing/attempts.service.js';
import { FailuresService } from './refreshing/failures.service.js';
import { IntegrationHealthService } from './refreshing/integration-health.service.js';
import { LandingsService } from './refreshing/landings.service.js';
import { PromotionsService } from './refreshing/promotions.service.js';
import { RefreshMetricsService } from './refreshing/refresh-metrics.service.js';
import { RefreshProcessor } from './refreshing/refresh.processor.js';
import { RefreshesService } from './refreshing/refreshes.service.js';
import { TokenRequestsService } from './refreshing/token-requests.service.js';
import { OutboxRelay } from './relay/outbox.relay.js';
import { LivenessService } from './resolving/liveness.service.js';
import { OrphansService } from './resolving/orphans.service.js';
import { ResolverScheduler } from './resolving/resolver.scheduler.js';
import { ResolverService } from './resolving/resolver.service.js';
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

@Injectable()
class WayOut implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.outbound.close();
  }
}

/** Plans, refreshes, resolves; relays the outbox. The only spender of refresh tokens. */
@Module({})
export class RefreshWorkerModule {
  constructor(readiness: ReadinessIndicators, database: Database, redis: RedisConnections) {
    readiness.register({ name: 'postgres', critical: true, check: () => database.ping() });
    readiness.register({ name: 'redis', critical: false, check: () => redis.ping() });
  }

  static with(config: RefreshWorkerConfig): DynamicModule {
    return {
      module: RefreshWorkerModule,
      imports: [
        StorageModule.forRoot({
          url: config.REFRESH_WORKER_DATABASE_URL,
          applicationName: 'refresh-worker',
          entities,
        }),
        EventsModule.forRoot({
          url: config.REDIS_URL,
          service: 'refresh-worker',
          uses: [RefreshQueue, RefreshSignal, EventStream],
        }),
      ],
      providers: [...infrastructure(config), ...engine],
    };
  }
}

function infrastructure(config: RefreshWorkerConfig) {
  return [
    { provide: RefreshWorkerConfig, useValue: config },
    Directory,
    WorkspaceKeys,
    {
      provide: Vault,
      inject: [WorkspaceKeys],
      useFactory: (keys: WorkspaceKeys) => openVault(config.VAULT_KEY_FILE, keys),
    },
    {
      provide: OutboundClient,
      useFactory: () =>
        new OutboundClient({
          production: config.NODE_ENV === 'production',
          allowedPrivateOrigins: config.OUTBOUND_ALLOWED_PRIVATE,
          sandboxOrigin: config.OUTBOUND_SANDBOX_ORIGIN,
        }),
    },
    {
      provide: ProviderCatalogue,
      useFactory: () => new ProviderCatalogue({ sandboxOrigin: config.OUTBOUND_SANDBOX_ORIGIN }),
    },
    { provide: Spool, useFactory: () => new Spool(config.SPOOL_DIR) },
    WayOut,
  ];
}

/** The spool first: its answers go before anything else. */
const engine = [
  SpoolScheduler,
  LandingsService,
  AttemptsService,
  TokenRequestsService,
  PromotionsService,
  FailuresService,
  IntegrationHealthService,
  RefreshMetricsService,
  RefreshesService,
  RefreshProcessor,
  PlannerScheduler,
  LivenessService,
  OrphansService,
  ResolverService,
  ResolverScheduler,
  OutboxRelay,
  RetentionScheduler,
];
