import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { RedisConnections } from './redis-connections.js';

export interface EventsOptions {
  url: string;
  /** Shown in CLIENT LIST. */
  service: string;
  /** The queues, streams and signals that this service uses. */
  uses: Type<object>[];
}

/** Provides a service's Redis connections and what it uses over them. Nothing here holds truth. */
@Module({})
export class EventsModule {
  static forRoot(options: EventsOptions): DynamicModule {
    return {
      module: EventsModule,
      global: true,
      providers: [
        { provide: RedisConnections, useFactory: () => new RedisConnections(options.url, options.service) },
        ...options.uses.map((provide) => ({
          provide,
          useFactory: (connections: RedisConnections) => new provide(connections),
          inject: [RedisConnections],
        })),
      ],
      exports: [RedisConnections, ...options.uses],
    };
  }
}
