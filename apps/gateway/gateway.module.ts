import { type DynamicModule, Module } from '@nestjs/common';
import { GatewayConfig } from './gateway.config.js';
import { documentFrame } from './openapi/document-frame.js';
import { DocumentSource } from './openapi/document-source.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { DocsAssetsService } from './pages/docs-assets.service.js';
import { DocsController } from './pages/docs.controller.js';
import { ProblemsController } from './pages/problems.controller.js';
import { ProxyService } from './proxy/proxy.service.js';
import { UpstreamsService } from './upstreams/upstreams.service.js';

@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [OpenApiController, DocsController, ProblemsController],
      providers: [
        { provide: GatewayConfig, useValue: config },
        UpstreamsService,
        ProxyService,
        DocsAssetsService,
        {
          provide: DocumentSource,
          inject: [UpstreamsService],
          useFactory: ({ clients }: UpstreamsService) =>
            new DocumentSource(documentFrame, [...clients.values()]),
        },
      ],
    };
  }
}
