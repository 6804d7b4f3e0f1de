import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageExceptionFilter, Public, sendAway, sendPage } from '#platform';
import { AuthFlowConfig } from '../auth-flow.config.js';
import { connectPage } from '../pages/connect-page.js';
import { successPage } from '../pages/success-page.js';
import { clearCookie } from './browser-cookie.js';
import { CallbacksService } from './callbacks.service.js';
import type { Completed } from './completion.service.js';
import { ConnectLinksService, type OpenedLink } from './connect-links.service.js';
import { refusalPage } from './refusal-page.js';
import { Refusal } from './refusal.js';
import { RefusalsService } from './refusals.service.js';
import { returnUrlWith } from './return-url.js';

/** What a person's browser meets: the link, the way to the provider, and the way back. */
@ApiExcludeController()
@UseFilters(PageExceptionFilter)
@Controller()
export class AuthorizationsController {
  constructor(
    private readonly links: ConnectLinksService,
    private readonly callbacks: CallbacksService,
    private readonly refusals: RefusalsService,
    private readonly config: AuthFlowConfig,
  ) {}

  @Public({ limited: true })
  @Get('connect/:token')
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await this.orRefuse(request, reply, async () => {
      const link = await this.links.open(token);
      sendPage(reply, connectPage(shown(link, `${this.config.PUBLIC_URL}/connect/${token}/start`)));
    });
  }

  @Public({ limited: true })
  @Get('connect/:token/start')
  async start(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await this.orRefuse(request, reply, async () => {
      const { url, cookie } = await this.links.start(token);
      sendAway(reply.header('set-cookie', cookie), url);
    });
  }

  @Public({ limited: true })
  @Get('oauth/callback/:integration')
  async callback(
    @Param('integration') integrationId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const { searchParams: parameters } = new URL(request.originalUrl, this.config.PUBLIC_URL);
    await this.orRefuse(request, reply, async () => {
      const { cookie: cookies } = request.headers;
      const done = await this.callbacks.complete({ integrationId, parameters, cookies, address: request.ip });
      const secure = this.config.PUBLIC_URL.startsWith('https:');
      void reply.header('set-cookie', clearCookie(parameters.get('state') ?? '', secure));
      finish(reply, done);
    });
  }

  private async orRefuse(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { providerName } = await this.refusals.record(error, request.ip);
      sendPage(reply, refusalPage(error, { provider: providerName, ...this.waysOn(error) }));
    }
  }

  /** Only the browser that began, or that has the link, is shown the way back. */
  private waysOn({ code, kind, place }: Refusal): { retryUrl?: string; returnUrl?: string } {
    const { session, bound, connectToken } = place ?? {};
    if (!session || !(bound || connectToken !== undefined)) return {};
    const again =
      connectToken !== undefined && kind !== 'used' && kind !== 'link' && code !== 'connection_gone';
    const told = { connect_session: session.id, error: code };
    return {
      retryUrl: again ? `${this.config.PUBLIC_URL}/connect/${connectToken}` : undefined,
      returnUrl: session.returnUrl === null ? undefined : returnUrlWith(session.returnUrl, told),
    };
  }
}

function shown({ session, integration, provider, providerName }: OpenedLink, startUrl: string) {
  return {
    provider: providerName,
    integration: integration.name,
    endUser: { id: session.endUserId, email: session.endUserEmail, name: session.endUserName },
    scopes: session.scopes,
    providerHost: new URL(provider.server.endpoints.authorization ?? startUrl).host,
    startUrl,
    reconnects: session.reconnectConnectionId !== null,
  };
}

function finish(reply: FastifyReply, { session, integration, providerName, code }: Completed): void {
  if (session.returnUrl !== null) {
    const told = { connect_session: session.id, ...(code === undefined ? {} : { code }) };
    return sendAway(reply, returnUrlWith(session.returnUrl, told));
  }
  const endUser = { id: session.endUserId, email: session.endUserEmail, name: session.endUserName };
  sendPage(reply, successPage({ provider: providerName, integration: integration.name, endUser }));
}
