import { Global, Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { EventsModule, RedisConnections, RefreshQueue, RefreshSignal } from '#events';
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
  ApiKey,
  ApiKeyDirectory,
  AuthorizationRequest,
  Connection,
  ConnectionSlot,
  ConnectionUsage,
  ConnectSession,
  Database,
  DenialLog,
  Directory,
  IdempotencyKeys,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  StorageModule,
  TokenReader,
  TokenSet,
  WorkspaceKeys,
} from '#storage';
import { openVault, SealedAnswers, Vault } from '#vault';
import { AuthFlowConfig } from './auth-flow.config.js';

/** What this role may SELECT. */
const entities = [
  ApiKey,
  AuthorizationRequest,
  Connection,
  ConnectionSlot,
  ConnectionUsage,
  ConnectSession,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
];

@Injectable()
class OutboundShutdown implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.outbound.close();
  }
}

/** What all of auth-flow stands on: Postgres, Redis, the vault, the way out, the providers, the platform's ports. */
@Global()
@Module({})
export class InfrastructureModule {
  constructor(readiness: ReadinessIndicators, database: Database, redis: RedisConnections) {
    readiness.register({ name: 'postgres', critical: true, check: () => database.ping() });
    readiness.register({ name: 'redis', critical: false, check: () => redis.ping() });
  }

  static with(config: AuthFlowConfig): DynamicModule {
    const providers = [
      { provide: AuthFlowConfig, useValue: config },
      Directory,
      TokenReader,
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
    ];
    return {
      module: InfrastructureModule,
      imports: [
        StorageModule.forRoot({ url: config.AUTH_FLOW_DATABASE_URL, applicationName: 'auth-flow', entities }),
        EventsModule.forRoot({
          url: config.REDIS_URL,
          service: 'auth-flow',
          uses: [RefreshQueue, RefreshSignal],
        }),
      ],
      providers: [...providers, OutboundShutdown],
      exports: providers,
    };
  }
}
