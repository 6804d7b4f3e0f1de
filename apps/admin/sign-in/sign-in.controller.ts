import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FormEncoded, PageExceptionFilter, Public, sendAway, sendPage } from '#platform';
import { PersonSessionsService } from '../sessions/person-sessions.service.js';
import { setSessionCookie } from '../sessions/session-cookie.js';
import { AdminConfig } from '../admin.config.js';
import { IssuersService } from './issuers.service.js';
import { SignInDenialsService } from './sign-in-denials.service.js';
import { signedOutPage, signInPage } from './sign-in-pages.js';
import { clearSignInCookie, setSignInCookie } from './sign-in-cookie.js';
import { signInLifeSeconds, SignInService } from './sign-in.service.js';
import { localPath } from './return-to.js';

const startQuery = z.object({
  // Addresses of the dashboard may be long, with dozens of ids. Whoever comes with a longer one can sign in all the same.
  return_to: z.string().max(8_000).optional().catch(undefined),
  max_age: z.coerce.number().int().min(0).max(86_400).optional(),
});
type StartQuery = z.infer<typeof startQuery>;

/** What a browser visits to sign in. */
@ApiExcludeController()
@Public({ limited: true })
@UseFilters(PageExceptionFilter)
@Controller('admin')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly issuers: IssuersService,
    private readonly sessions: PersonSessionsService,
    private readonly denials: SignInDenialsService,
    private readonly config: AdminConfig,
  ) {}

  @Get('sign-in')
  async choose(
    @Query({ schema: startQuery }) query: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const isSignedIn =
      query.max_age === undefined && (await this.sessions.find(request.headers)) !== undefined;
    const [first, ...more] = this.issuers.all;
    if (isSignedIn) sendAway(reply, localPath(query.return_to, this.config.PUBLIC_URL));
    else if (first && more.length === 0) await this.start(first.id, query, request, reply);
    else sendPage(reply, signInPage(this.issuers.all, query));
  }

  @Get('sign-in/:issuer')
  async start(
    @Param('issuer') issuer: string,
    @Query({ schema: startQuery }) query: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.denials.pageOnRefusal(request, reply, async () => {
      const { url, state, cookie } = await this.signIn.begin(issuer, query);
      void reply.header(
        'set-cookie',
        setSignInCookie(state, cookie, this.sessions.secure, signInLifeSeconds),
      );
      sendAway(reply, url);
    });
  }

  @Get('sign-in/:issuer/callback')
  async callback(
    @Param('issuer') issuer: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.denials.pageOnRefusal(request, reply, async () => {
      const parameters = new URLSearchParams(request.url.split('?', 2)[1]);
      const { secure } = this.sessions;
      void reply.header('set-cookie', clearSignInCookie(parameters.get('state') ?? '', secure));
      const { secret, returnTo } = await this.signIn.complete(issuer, parameters, {
        cookie: request.headers.cookie,
        userAgent: request.headers['user-agent'],
        address: request.ip,
      });
      void reply.header('set-cookie', setSessionCookie(secret, secure, this.config.SESSION_HOURS * 3_600));
      sendAway(reply, returnTo);
    });
  }

  /** OpenID Connect Back-Channel Logout 1.0 §2.5, 2.8: the identity provider itself calls; errors are its JSON. */
  @Post('sign-in/:issuer/back-channel-logout')
  @HttpCode(200)
  @FormEncoded()
  async backChannelLogout(
    @Param('issuer') issuer: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { logout_token: token } = (request.body ?? {}) as Record<string, unknown>;
    const outcome = await this.denials.endByIssuer(issuer, token, request);
    void reply.header('cache-control', 'no-store').status(outcome.status);
    void reply.type('application/json').send(JSON.stringify(outcome.body));
  }

  /** Where the identity provider sends the browser after a sign-out. */
  @Get('signed-out')
  signedOut(@Res() reply: FastifyReply): void {
    sendPage(reply, signedOutPage());
  }
}
