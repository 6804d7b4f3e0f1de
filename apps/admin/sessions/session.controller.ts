import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentSession,
  NoStore,
  RequirePermission,
  type FoundSession,
} from '#platform';
import { LogoutService } from './logout.service.js';
import { OwnSessionService } from './own-session.service.js';
import { PersonSessionsService } from './person-sessions.service.js';
import { clearSessionCookie } from './session-cookie.js';
import {
  endedSchema,
  listedSessionsSchema,
  listedSessionView,
  sessionSchema,
  signedOutSchema,
  switchSchema,
  type SessionView,
} from './session.view.js';

const idSchema = z.string().min(1).max(100);

@ApiTags('Session')
@ApiSession()
@Controller('admin/api')
export class SessionController {
  constructor(
    private readonly own: OwnSessionService,
    private readonly logout: LogoutService,
    private readonly sessions: PersonSessionsService,
  ) {}

  @Get('session')
  @RequirePermission('session')
  @NoStore()
  @ApiOperation({
    operationId: 'readSession',
    summary: 'Who you are, where, and what you may do',
    description:
      'Answers 401 `not-signed-in` where nobody is: send the browser to /admin/sign-in?return_to=….',
  })
  @ApiAnswer(200, sessionSchema)
  read(@CurrentSession() session: FoundSession): Promise<SessionView> {
    return this.own.read(session);
  }

  @Put('session/workspace')
  @RequirePermission('session')
  @NoStore()
  @ApiOperation({
    operationId: 'switchWorkspace',
    summary: 'Switch to another of your workspaces',
    description: 'For one request alone, name it in `Evergrant-Workspace`.',
  })
  @ApiAnswer(200, sessionSchema)
  @ApiProblems('workspace-not-found')
  switchTo(
    @CurrentSession() session: FoundSession,
    @Body({ schema: switchSchema }) { workspace }: z.infer<typeof switchSchema>,
  ): Promise<SessionView> {
    return this.own.switchTo(session, workspace);
  }

  @Post('session/sign-out')
  @HttpCode(200)
  @RequirePermission('session')
  @NoStore()
  @ApiOperation({
    operationId: 'signOut',
    summary: 'End this session, here and then at your identity provider',
  })
  @ApiAnswer(200, signedOutSchema)
  async signOut(
    @CurrentSession() session: FoundSession,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof signedOutSchema>> {
    const redirect = await this.logout.signOut(session, this.sessions.secretOf(request.headers));
    void reply.header('set-cookie', clearSessionCookie(this.sessions.secure));
    return { redirect };
  }

  @Get('sessions')
  @RequirePermission('session')
  @ApiOperation({ operationId: 'listSessions', summary: 'List your sessions, the one used last first' })
  @ApiAnswer(200, listedSessionsSchema)
  async list(@CurrentSession() session: FoundSession): Promise<z.infer<typeof listedSessionsSchema>> {
    return { data: (await this.own.list(session)).map((one) => listedSessionView(one, session.id)) };
  }

  @Post('sessions/end-others')
  @HttpCode(200)
  @RequirePermission('session')
  @ApiOperation({ operationId: 'endOtherSessions', summary: 'End all your sessions but this one' })
  @ApiAnswer(200, endedSchema)
  async endOthers(@CurrentSession() session: FoundSession): Promise<z.infer<typeof endedSchema>> {
    return { ended: await this.own.endOthers(session) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @RequirePermission('session')
  @ApiOperation({ operationId: 'endSession', summary: 'End one of your sessions; it stops working at once' })
  @ApiProblems('session-not-found')
  async end(
    @CurrentSession() session: FoundSession,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<void> {
    await this.own.end(session, id);
  }
}
