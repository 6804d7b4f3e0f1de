import { Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { EventsModule, RedisConnections, RevocationQueue } from '#events';
import { OutboundClient } from '#outbound';
import {
  DenialRecorder,
  IdempotencyStore,
  KeyDirectory,
  RateLimitStore,
  ReadinessIndicators,
} from '#platform';
import { ProviderCatalogue } from '#providers';
import {
  ApiKeyDirectory,
  AuditEntry,
  Connection,
  ConnectionSlot,
  Database,
  DenialLog,
  DeniedAccesses,
  Directory,
  IdempotencyKeys,
  Integration,
  IntegrationSecret,
  Revocation,
  RevocationItem,
  StorageModule,
  TokenSet,
  WorkspaceKeys,
} from '#storage';
import { openVault, SealedAnswers, Vault } from '#vault';
import { AuditEntriesController } from './audit/audit-entries.controller.js';
import { AuditEntriesService } from './audit/audit-entries.service.js';
import { RevocationAuditConfig } from './revocation-audit.config.js';
import { RevocationsController } from './revocations/revocations.controller.js';
import { RevocationsService } from './revocations/revocations.service.js';
import { DueItemsService } from './telling/due-items.service.js';
import { FinishingService } from './telling/finishing.service.js';
import { ItemsService } from './telling/items.service.js';
import { RevocationProcessor } from './telling/revocation.processor.js';

const entities = [
  AuditEntry,
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  Revocation,
  RevocationItem,
  TokenSet,
];

@Injectable()
class WayOut implements OnApplicationShutdown {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly queue: RevocationQueue,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.outbound.close(), this.queue.close()]);
  }
}

/** Revocations, durably told to providers, and the audit log. */
@Module({})
export class RevocationAuditModule {
  constructor(readiness: ReadinessIndicators, database: Database, redis: RedisConnections) {
    readiness.register({ name: 'postgres', critical: true, check: () => database.ping() });
    readiness.register({ name: 'redis', critical: false, check: () => redis.ping() });
  }

  static with(config: RevocationAuditConfig): DynamicModule {
    return {
      module: RevocationAuditModule,
      imports: [
        StorageModule.forRoot({
          url: config.REVOCATION_AUDIT_DATABASE_URL,
          applicationName: 'revocation-audit',
          entities,
        }),
        EventsModule.forRoot({
          url: config.REDIS_URL,
          service: 'revocation-audit',
          uses: [RevocationQueue],
        }),
      ],
      controllers: [RevocationsController, AuditEntriesController],
      providers: [
        ...infrastructure(config),
        RevocationsService,
        FinishingService,
        ItemsService,
        DueItemsService,
        RevocationProcessor,
        AuditEntriesService,
      ],
    };
  }
}

function infrastructure(config: RevocationAuditConfig) {
  return [
    { provide: RevocationAuditConfig, useValue: config },
    Directory,
    DeniedAccesses,
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
    { provide: KeyDirectory, useClass: ApiKeyDirectory },
    { provide: DenialRecorder, useClass: DenialLog },
    {
      provide: IdempotencyStore,
      inject: [Database, Vault],
      useFactory: (database: Database, vault: Vault) =>
        new IdempotencyKeys(database, new SealedAnswers(vault)),
    },
    {
      provide: RateLimitStore,
      inject: [RedisConnections],
      useFactory: ({ commands }: RedisConnections) => ({ client: commands }),
    },
    WayOut,
  ];
}
