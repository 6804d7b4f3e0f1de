import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ApiAccessModule, StoresModule, TokenCustodyModule } from '#composition';
import { RefreshQueue, RefreshSignal } from '#events';
import {
  ApiKey,
  AuthorizationRequest,
  Connection,
  ConnectionSlot,
  ConnectionUsage,
  ConnectSession,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  ReadAttribution,
  RefreshAttempt,
  TokenReader,
  TokenSet,
  WorkloadIdentity,
  Workspace,
} from '#storage';
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
  WorkloadIdentity,
  Workspace,
];

/** What all of auth-flow stands on. */
@Global()
@Module({})
export class InfrastructureModule {
  static with(config: AuthFlowConfig): DynamicModule {
    const providers = [{ provide: AuthFlowConfig, useValue: config }, TokenReader, ReadAttribution];
    return {
      module: InfrastructureModule,
      imports: [
        StoresModule.with({
          service: 'auth-flow',
          databaseUrl: config.AUTH_FLOW_DATABASE_URL,
          redisUrl: config.REDIS_URL,
          entities,
          uses: [RefreshQueue, RefreshSignal],
        }),
        TokenCustodyModule.with(config),
        ApiAccessModule.forMachines(config),
      ],
      providers,
      exports: [...providers, ApiAccessModule],
    };
  }
}
