import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { EventsModule, RedisConnections } from '#events';
import { ReadinessIndicators } from '#platform';
import { Database, Directory, StorageModule } from '#storage';

export interface StoresOptions {
  /** Shown in pg_stat_activity and CLIENT LIST. */
  service: string;
  /** The service's own role. */
  databaseUrl: string;
  redisUrl: string;
  /** Only the entities that this role may SELECT. */
  entities: Type<object>[];
  /** The queues, streams and signals that this service uses. */
  uses: Type<object>[];
}

/** Postgres, without which a service is not ready, and Redis, without which it is degraded. */
@Module({})
export class StoresModule {
  constructor(readiness: ReadinessIndicators, database: Database, redis: RedisConnections) {
    readiness.register({ name: 'postgres', critical: true, check: () => database.ping() });
    readiness.register({ name: 'redis', critical: false, check: () => redis.ping() });
  }

  static with({ service, databaseUrl, redisUrl, entities, uses }: StoresOptions): DynamicModule {
    return {
      module: StoresModule,
      global: true,
      imports: [
        StorageModule.forRoot({ url: databaseUrl, applicationName: service, entities }),
        EventsModule.forRoot({ url: redisUrl, service, uses }),
      ],
      providers: [Directory],
      exports: [Directory],
    };
  }
}
