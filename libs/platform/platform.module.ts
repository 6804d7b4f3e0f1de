import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule, ModuleRef } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AccessGuard } from './access/access.guard.js';
import { AccessPorts } from './access/access-ports.js';
import { RouteRules } from './access/route-rules.js';
import type { ServiceSettings } from './config/setting.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessIndicators } from './health/readiness-indicators.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { DocumentHolder, OpenApiDocumentController } from './openapi/openapi.controller.js';
import { ProblemFilter } from './problem/problem.filter.js';

export interface PlatformOptions {
  service: string;
  module: Type | DynamicModule;
  config: ServiceSettings;
  /** False where the service has an /openapi.json of its own. */
  openApi?: boolean;
}

/** What reaches every module: metrics, readiness, and the ports that access is decided by. */
@Module({})
class EverywhereModule {
  static of({ service, config }: PlatformOptions): DynamicModule {
    const providers = [
      { provide: Metrics, useFactory: () => new Metrics(service) },
      ReadinessIndicators,
      DocumentHolder,
      {
        provide: AccessPorts,
        inject: [ModuleRef],
        useFactory: (modules: ModuleRef) => new AccessPorts(modules, service, config),
      },
    ];
    return { module: EverywhereModule, global: true, providers, exports: providers };
  }
}

/** What every service has besides its own: access, validation, problems, health, metrics, its document. */
@Module({})
export class PlatformModule {
  static around(options: PlatformOptions): DynamicModule {
    const { module, openApi = true } = options;
    return {
      module: PlatformModule,
      imports: [
        EverywhereModule.of(options),
        module,
        DiscoveryModule,
        TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: 0 }),
      ],
      controllers: [HealthController, MetricsController, ...(openApi ? [OpenApiDocumentController] : [])],
      providers: [
        RouteRules,
        IdempotencyInterceptor,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
