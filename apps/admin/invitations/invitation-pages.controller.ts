import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FormEncoded, PageExceptionFilter, Public, refuseForgery, sendAway, sendPage } from '#platform';
import { PersonSessionsService } from '../sessions/person-sessions.service.js';
import { InvitationLinksService } from './invitation-links.service.js';
import { invitationPage, obstaclePage } from './invitation-pages.js';

/** What whoever has the link of an invitation meets. */
@ApiExcludeController()
@UseFilters(PageExceptionFilter)
@Controller('admin/invitations/:token')
export class InvitationPagesController {
  constructor(
    private readonly links: InvitationLinksService,
    private readonly people: PersonSessionsService,
  ) {}

  @Public({ limited: true })
  @Get()
  async show(@Param('token') token: string, @Req() { headers }: FastifyRequest, @Res() reply: FastifyReply) {
    const session = await this.people.find(headers);
    const { invitation, obstacle } = await this.links.open(token, session);
    const signInUrl = signInFor(token);
    sendPage(
      reply,
      obstacle
        ? obstaclePage(obstacle, signInOtherwiseFor(token))
        : invitationPage(invitation, session, signInUrl),
    );
  }

  @Public({ limited: true })
  @Post()
  @FormEncoded()
  async accept(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const session = await this.people.find(request.headers);
    if (!session) return sendAway(reply, signInFor(token));
    const { csrf = '' } = (body ?? {}) as { csrf?: unknown };
    refuseForgery(request, session, this.people.origin, csrf);
    const { obstacle } = await this.links.accept(token, session);
    if (obstacle) sendPage(reply, obstaclePage(obstacle, signInOtherwiseFor(token)));
    else sendAway(reply, '/');
  }
}

/** Whoever is signed in already is not sent straight back, and may be somebody else at their identity provider. */
function signInOtherwiseFor(token: string): string {
  return `${signInFor(token)}&max_age=0`;
}

function signInFor(token: string): string {
  return `/admin/sign-in?return_to=${encodeURIComponent(`/admin/invitations/${token}`)}`;
}
