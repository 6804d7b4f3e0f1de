import { Module, type DynamicModule } from '@nestjs/common';
import { setting } from '#platform';
import { WorkspaceKeys } from '#storage';
import { openVault, Vault } from '#vault';
import { OutboundModule, outboundSettings, type OutboundConfig } from './outbound.module.js';

/** Settings of a service that holds tokens and speaks to providers. */
export const tokenCustodySettings = { VAULT_KEY_FILE: setting.file(), ...outboundSettings };

export interface TokenCustodyConfig extends OutboundConfig {
  readonly VAULT_KEY_FILE: string;
}

/** The vault, the way out, and the providers: of the three services that open tokens. */
@Module({})
export class TokenCustodyModule {
  static with(config: TokenCustodyConfig): DynamicModule {
    const providers = [
      WorkspaceKeys,
      {
        provide: Vault,
        inject: [WorkspaceKeys],
        useFactory: (keys: WorkspaceKeys) => openVault(config.VAULT_KEY_FILE, keys),
      },
    ];
    return {
      module: TokenCustodyModule,
      global: true,
      imports: [OutboundModule.with(config)],
      providers,
      exports: providers,
    };
  }
}
