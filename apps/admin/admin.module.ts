import { Module, type DynamicModule } from '@nestjs/common';
import { ApiAccessModule, StoresModule } from '#composition';
import { EventStream, RefreshQueue, RevocationQueue } from '#events';
import { AssertionSigner, SessionDirectory } from '#platform';
import {
  AuditEntry,
  Connection,
  ConnectionSlot,
  OutboxEvent,
  ProviderIncidents,
  RefreshWorkers,
  Sessions,
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
import { PersonSessionsService } from './sessions/person-sessions.service.js';
import { ProviderIncidentsController } from './troubles/provider-incidents.controller.js';
import { RefreshWorkersController } from './troubles/refresh-workers.controller.js';
import { TroublesController } from './troubles/troubles.controller.js';
import { TroublesService } from './troubles/troubles.service.js';

/** The dashboard's API: it reads through its own role and asks the owning services for every change. */
@Module({})
export class AdminModule {
  static with(config: AdminConfig): DynamicModule {
    return {
      module: AdminModule,
      imports: [
        StoresModule.with({
          service: 'admin',
          databaseUrl: config.ADMIN_DATABASE_URL,
          redisUrl: config.REDIS_URL,
          entities: [AuditEntry, Connection, ConnectionSlot, OutboxEvent],
          uses: [EventStream, RefreshQueue, RevocationQueue],
        }),
        ApiAccessModule.with({ keys: false, idempotency: false }),
      ],
      controllers: [
        OverviewController,
        ConnectionsController,
        ConnectionCommandsController,
        AuditController,
        EngineHealthController,
        TroublesController,
        ProviderIncidentsController,
        RefreshWorkersController,
      ],
      providers: [
        { provide: AdminConfig, useValue: config },
        {
          provide: AssertionSigner,
          useFactory: () => AssertionSigner.fromFile(config.ASSERTION_KEY_FILE, 'admin'),
        },
        Sessions,
        PersonSessionsService,
        { provide: SessionDirectory, useExisting: PersonSessionsService },
        OwnersClient,
        OverviewService,
        ConnectionsService,
        ConnectionCommandsService,
        AuditService,
        EngineHealthService,
        ProviderIncidents,
        RefreshWorkers,
        TroublesService,
        EventCountsService,
        EventCountsConsumer,
      ],
    };
  }
}
