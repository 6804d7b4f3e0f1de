import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { problemOf, sendProblem } from '#platform';
import { GatewayConfig } from '../gateway.config.js';
import { landingPage } from '../pages/landing-page.js';
import { pagePolicy } from '../pages/page-frame.js';
import { UpstreamsService } from '../upstreams/upstreams.service.js';
import { proxyProblem } from './proxy-problem.js';
import { proxyPlugin } from './proxy.plugin.js';
import { TrustedProxies } from './trusted-proxies.js';

/** Puts the proxy behind the gateway's own routes, which come first because they are more specific. */
@Injectable()
export class ProxyService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ProxyService.name);
  private readonly endless = new Set<{ destroy(): void }>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: GatewayConfig,
    private readonly upstreams: UpstreamsService,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(async (scope) => {
      // Nest sets its own handler later than this scope is made.
      scope.setErrorHandler((error, _request, reply) => this.answerProblem(error, reply));
      await scope.register(proxyPlugin, {
        upstreams: this.upstreams.clients,
        proxies: new TrustedProxies(this.config.TRUSTED_PROXIES),
        failed: proxyProblem,
        endless: this.endless,
        landing: { html: landingPage(this.config.PUBLIC_URL), policy: pagePolicy },
      });
    });
  }

  /** A stream of events would keep us from leaving; its client comes back, to another replica. */
  beforeApplicationShutdown(): void {
    for (const stream of this.endless) stream.destroy();
  }

  private answerProblem(error: unknown, reply: FastifyReply): void {
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.warn({ err: problem.cause ?? problem, problem: problem.slug });
    sendProblem(reply, problem);
  }
}
