import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdTokens } from '#composition';
import { OAuthError } from '#oauth';
import { OutboundError } from '#outbound';
import { AccessPorts, requestId, resultPage, sendPage } from '#platform';
import { Sessions } from '#storage';
import { IssuersService } from './issuers.service.js';
import { signInUrl } from './return-to.js';
import { SignInRefusal } from './sign-in-refusal.js';

/** Sign-ins that come to nothing: a page, a count of the address, a line in the log. And what issuers end. */
@Injectable()
export class SignInDenialsService {
  private readonly logger = new Logger(SignInDenialsService.name);

  constructor(
    private readonly ports: AccessPorts,
    private readonly issuers: IssuersService,
    private readonly idTokens: IdTokens,
    private readonly sessions: Sessions,
  ) {}

  /** Runs a step of a sign-in; an address with too many refusals waits. @throws Problem `rate-limited` */
  async pageOnRefusal(
    request: FastifyRequest,
    reply: FastifyReply,
    step: () => Promise<void>,
  ): Promise<void> {
    this.ports.limits.refuseFlood(request.ip);
    try {
      await step();
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error;
      this.record(request, error);
      sendPage(
        reply,
        resultPage({
          status: error.status,
          heading: error.heading,
          happened: error.happened,
          advice:
            error.code === 'no_access'
              ? 'Ask an admin of your workspace for an invitation.'
              : 'Sign in again.',
          code: `${error.reason} ${requestId() ?? ''}`,
          retryUrl: signInUrl(error.start),
        }),
      );
    }
  }

  async endByIssuer(
    issuerId: string,
    token: unknown,
    request: FastifyRequest,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    this.ports.limits.refuseFlood(request.ip);
    try {
      if (typeof token !== 'string') throw new SignInRefusal('answer_refused', 'logout_token_missing');
      const { provider, client } = await this.issuers.load(issuerId);
      const { server } = provider;
      const claims = await this.idTokens.verifyLogout({
        logoutToken: token,
        server,
        clientId: client.clientId,
      });
      const ended = await this.sessions.endByIssuer(issuerId, claims);
      this.logger.log({ issuer: issuerId, sessions: ended.length }, 'the identity provider ended sessions');
      return { status: 200, body: {} };
    } catch (error) {
      if (error instanceof OutboundError) return { status: 503, body: { error: 'temporarily_unavailable' } };
      if (!(error instanceof SignInRefusal || error instanceof OAuthError)) throw error;
      const refusal =
        error instanceof SignInRefusal ? error : new SignInRefusal('answer_refused', error.code);
      this.record(request, refusal);
      const unavailable = refusal.code === 'issuer_unavailable';
      return {
        status: unavailable ? 503 : 400,
        body: { error: 'invalid_request', error_description: refusal.reason },
      };
    }
  }

  private record({ method, ip, routeOptions }: FastifyRequest, { code, reason }: SignInRefusal): void {
    const route = `${method} ${routeOptions.url ?? ''}`;
    this.ports.limits.countDenied(ip);
    this.ports.denials.record({ address: ip, route, reason: `sign-in: ${code}`, requestId: requestId() });
    this.logger.warn({ code, reason, request_id: requestId() }, 'a sign-in was refused');
  }
}
