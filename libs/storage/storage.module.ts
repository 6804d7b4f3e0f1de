import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions, MixedList } from 'typeorm';
import { Database } from './database.js';

export interface StorageOptions {
  /** postgres://role:password@host:port/database, the service's own role. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Only the entities this service may read. */
  entities: MixedList<new () => object>;
  /** Connections in the pool; default 10. */
  poolSize?: number;
  /** Told of connections that broke while idle. */
  onPoolError?: (error: Error) => void;
}

/** TypeORM options of a service: no synchronize, no migrations at start, bounded waits. */
export function dataSourceOptions(options: StorageOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    applicationName: options.applicationName,
    entities: options.entities,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    parseInt8: true,
    logging: false,
    poolSize: options.poolSize ?? 10,
    poolErrorHandler: options.onPoolError ?? (() => undefined),
    extra: {
      connectionTimeoutMillis: 3_000,
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 15_000,
      keepAlive: true,
    },
  };
}

/** Provides `Database`, connected as the service's own role; waits up to a minute for Postgres at start. */
@Module({})
export class StorageModule {
  static forRoot(options: StorageOptions): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(options),
          retryAttempts: 60,
          retryDelay: 1_000,
          verboseRetryLog: false,
        }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }
}
