import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { landingPage } from '../pages/landing-page.js';
import { pagePolicy } from '../pages/page-frame.js';
import { UpstreamsService } from '../upstreams/upstreams.service.js';
import { proxyProblem } from './proxy-problem.js';
import { proxyPlugin } from './proxy.plugin.js';
import { TrustedProxies } from './trusted-proxies.js';

/** Puts the proxy behind the gateway's own routes, which come first because they are more specific. */
@Injectable()
export class ProxyService implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: GatewayConfig,
    private readonly upstreams: UpstreamsService,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(proxyPlugin, {
      upstreams: this.upstreams.clients,
      proxies: new TrustedProxies(this.config.TRUSTED_PROXIES),
      failed: proxyProblem,
      landing: { html: landingPage(this.config.PUBLIC_URL), policy: pagePolicy },
    });
  }
}
