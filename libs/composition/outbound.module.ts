import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { OutboundClient } from '#outbound';
import { setting } from '#platform';
import { ProviderCatalogue } from '#providers';
import { IdTokens } from './id-tokens.js';

/** Settings of a service that speaks to authorization servers. */
export const outboundSettings = {
  OUTBOUND_ALLOWED_PRIVATE: setting.list(),
  OUTBOUND_SANDBOX_ORIGIN: setting.origin().optional(),
};

export interface OutboundConfig {
  readonly NODE_ENV: string;
  readonly OUTBOUND_ALLOWED_PRIVATE: string[];
  readonly OUTBOUND_SANDBOX_ORIGIN?: string | undefined;
}

/** The way out, the providers, and their ID tokens. */
@Module({})
export class OutboundModule implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundClient) {}

  static with(config: OutboundConfig): DynamicModule {
    const sandboxOrigin = config.OUTBOUND_SANDBOX_ORIGIN;
    const providers = [
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
      IdTokens,
    ];
    return { module: OutboundModule, global: true, providers, exports: providers };
  }

  /** Requests in flight end first. */
  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }
}
