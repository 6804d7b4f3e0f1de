import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthFlowConfig } from './auth-flow.config.js';
import { AnomaliesModule } from './anomalies/anomalies.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuthorizationsModule } from './authorizations/authorizations.module.js';
import { ClientCredentialsModule } from './client-credentials/client-credentials.module.js';
import { ConnectSessionsModule } from './connect-sessions/connect-sessions.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { WorkspaceEventsModule } from './events/events.module.js';
import { InfrastructureModule } from './infrastructure.module.js';
import { IntegrationsModule } from './integrations/integrations.module.js';
import { IntrospectionModule } from './introspection/introspection.module.js';
import { JwksModule } from './jwks/jwks.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { WorkloadIdentitiesModule } from './workload-identities/workload-identities.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

/** Integrations, connect sessions, authorizations, connections and the reading of tokens. */
@Module({})
export class AuthFlowModule {
  static with(config: AuthFlowConfig): DynamicModule {
    return {
      module: AuthFlowModule,
      imports: [
        InfrastructureModule.with(config),
        ProvidersModule,
        IntegrationsModule,
        ConnectSessionsModule,
        AuthorizationsModule,
        ConnectionsModule,
        ClientCredentialsModule,
        TokensModule,
        AnomaliesModule,
        IntrospectionModule,
        JwksModule,
        WorkspaceEventsModule,
        ApiKeysModule,
        WorkloadIdentitiesModule,
        WorkspacesModule,
      ],
    };
  }
}
