import { All, Controller, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CurrentSession,
  lookupBodyLimit,
  RequirePermission,
  type FoundSession,
  type RequestWithCaller,
} from '#platform';
import { ForwardService } from './forward.service.js';

/** As much as any bulk route but lookups takes: each owner holds to its own limit. */
const largest = 1024 * 1024;

/**
 * The public API for a person in their session: `/admin/api/v1/…` is `/v1/…` of the owning service, asked with an
 * assertion that names the person. The owner's own guard decides whether their role has the route's permission.
 */
@ApiExcludeController()
@Controller('admin/api/v1')
export class ForwardController {
  constructor(private readonly forwarding: ForwardService) {}

  @Post('token-lookups')
  @RouteConfig({ passesBodies: true, bodyLimit: lookupBodyLimit })
  @RequirePermission('session')
  async lookUp(
    @CurrentSession() session: FoundSession,
    @Req() request: FastifyRequest & RequestWithCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.forward(session, request, reply);
  }

  @All('*')
  @RouteConfig({ passesBodies: true, bodyLimit: largest })
  @RequirePermission('session')
  async forward(
    @CurrentSession() session: FoundSession,
    @Req() request: FastifyRequest & RequestWithCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { status, headers, text } = await this.forwarding.forward(session, request.caller, request);
    void reply.status(status).headers(headers);
    void reply.send(text === '' ? undefined : text);
  }
}
