import { Module, type DynamicModule } from '@nestjs/common';
import { EventsModule, EventStream, RedisConnections, RefreshQueue, RevocationQueue } from '#events';
import { AssertionSigner, DenialRecorder, KeyDirectory, ReadinessIndicators } from '#platform';
import {
  ApiKeyDirectory,
  AuditEntry,
  Connection,
  ConnectionSlot,
  Database,
  DenialLog,
  Directory,
  OutboxEvent,
  StorageModule,
} from '#storage';
import { AdminConfig } from './admin.config.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { ConnectionCommandsController } from './connections/connection-commands.controller.js';
import { ConnectionCommandsService } from './connections/connection-commands.service.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionsService } from './connections/connections.service.js';
import { EventCountsConsumer } from './event-counts/event-counts.consumer.js';
import { EventCountsService } from './event-counts/event-counts.service.js';
import { EngineHealthController } from './health/engine-health.controller.js';
import { EngineHealthService } from './health/engine-health.service.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { OwnersClient } from './owners/owners.client.js';

/** The dashboard's API: it reads through its own role and asks the owning services for every change. */
@Module({})
export class AdminModule {
  constructor(readiness: ReadinessIndicators, database: Database, redis: RedisConnections) {
    readiness.register({ name: 'postgres', critical: true, check: () => database.ping() });
    readiness.register({ name: 'redis', critical: false, check: () => redis.ping() });
  }

  static with(config: AdminConfig): DynamicModule {
    return {
      module: AdminModule,
      imports: [
        StorageModule.forRoot({
          url: config.ADMIN_DATABASE_URL,
          applicationName: 'admin',
          entities: [AuditEntry, Connection, ConnectionSlot, OutboxEvent],
        }),
        EventsModule.forRoot({
          url: config.REDIS_URL,
          service: 'admin',
          uses: [EventStream, RefreshQueue, RevocationQueue],
        }),
      ],
      controllers: [
        OverviewController,
        ConnectionsController,
        ConnectionCommandsController,
        AuditController,
        EngineHealthController,
      ],
      providers: [
        { provide: AdminConfig, useValue: config },
        Directory,
        { provide: KeyDirectory, useClass: ApiKeyDirectory },
        { provide: DenialRecorder, useClass: DenialLog },
        {
          provide: AssertionSigner,
          useFactory: () => AssertionSigner.fromFile(config.ASSERTION_KEY_FILE, 'admin'),
        },
        OwnersClient,
        OverviewService,
        ConnectionsService,
        ConnectionCommandsService,
        AuditService,
        EngineHealthService,
        EventCountsService,
        EventCountsConsumer,
      ],
    };
  }
}
