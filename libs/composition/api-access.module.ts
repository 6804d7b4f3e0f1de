import { Module, type DynamicModule } from '@nestjs/common';
import { RedisConnections } from '#events';
import { DenialRecorder, IdempotencyStore, KeyDirectory, RateLimitStore } from '#platform';
import { ApiKeyDirectory, Database, DenialLog, IdempotencyKeys } from '#storage';
import { SealedAnswers, Vault } from '#vault';

/** The platform's ports over our stores: API keys, denied attempts, rate limits and idempotency keys. */
@Module({})
export class ApiAccessModule {
  /** Without `keys` no API key is taken. Without a vault there are no idempotency keys: the answers that they keep may hold secrets. */
  static with({ keys, idempotency }: { keys: boolean; idempotency: boolean }): DynamicModule {
    const idempotencyKeys = {
      provide: IdempotencyStore,
      inject: [Database, Vault],
      useFactory: (database: Database, vault: Vault) =>
        new IdempotencyKeys(database, new SealedAnswers(vault)),
    };
    return {
      module: ApiAccessModule,
      providers: [
        ...(keys ? [{ provide: KeyDirectory, useClass: ApiKeyDirectory }] : []),
        { provide: DenialRecorder, useClass: DenialLog },
        {
          provide: RateLimitStore,
          inject: [RedisConnections],
          useFactory: ({ commands }: RedisConnections) => ({ client: commands }),
        },
        ...(idempotency ? [idempotencyKeys] : []),
      ],
    };
  }
}
