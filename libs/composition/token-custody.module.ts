import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { OutboundClient } from '#outbound';
import { setting } from '#platform';
import { ProviderCatalogue } from '#providers';
import { WorkspaceKeys } from '#storage';
import { openVault, Vault } from '#vault';

/** Settings of a service that holds tokens and speaks to providers. */
export const tokenCustodySettings = {
  VAULT_KEY_FILE: setting.file(),
  OUTBOUND_ALLOWED_PRIVATE: setting.list(),
  OUTBOUND_SANDBOX_ORIGIN: setting.origin().optional(),
};

export interface TokenCustodyConfig {
  readonly NODE_ENV: string;
  readonly VAULT_KEY_FILE: string;
  readonly OUTBOUND_ALLOWED_PRIVATE: string[];
  readonly OUTBOUND_SANDBOX_ORIGIN?: string | undefined;
}

/** The vault, the way out, and the providers: of the three services that open tokens. */
@Module({})
export class TokenCustodyModule implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundClient) {}

  static with(config: TokenCustodyConfig): DynamicModule {
    const sandboxOrigin = config.OUTBOUND_SANDBOX_ORIGIN;
    const providers = [
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
            sandboxOrigin,
          }),
      },
      { provide: ProviderCatalogue, useFactory: () => new ProviderCatalogue({ sandboxOrigin }) },
    ];
    return { module: TokenCustodyModule, global: true, providers, exports: providers };
  }

  /** Requests in flight end first. */
  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }
}
