import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, type Caller, CurrentCaller, NoStore, RequirePermission } from '#platform';
import { ConfirmationsService } from './confirmations.service.js';
import {
  type ConfirmConnectSession,
  confirmSchema,
  type CreateConnectSession,
  createConnectSessionSchema,
  sessionIdSchema,
} from './connect-session.dto.js';
import {
  connectSessionSchema,
  type ConnectSessionView,
  connectSessionView,
  type CreatedSessionView,
  createdSessionSchema,
} from './connect-session-view.js';
import { ConnectSessionsService } from './connect-sessions.service.js';

@ApiTags('Connect sessions')
@Controller('v1/connect-sessions')
export class ConnectSessionsController {
  constructor(
    private readonly sessions: ConnectSessionsService,
    private readonly confirmations: ConfirmationsService,
  ) {}

  @Post()
  @RequirePermission('connect:write')
  @NoStore()
  @ApiOperation({
    operationId: 'createConnectSession',
    summary: 'Begin to connect an end user',
    description: 'Answers a link, good for 30 minutes and one completion. Send the end user there.',
  })
  @ApiAnswer(201, createdSessionSchema)
  @ApiProblems(
    'integration-not-found',
    'connection-not-found',
    'integration-paused',
    'integration-is-draft',
    'connection-revoked',
    'insufficient-user-authentication',
  )
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createConnectSessionSchema }) wish: CreateConnectSession,
  ): Promise<CreatedSessionView> {
    const { id, url, expiresAt } = await this.sessions.create(caller, wish);
    return { id, url, expires_at: expiresAt.toISOString() };
  }

  @Get(':id')
  @RequirePermission('connect:write')
  @ApiOperation({
    operationId: 'getConnectSession',
    summary: 'Its state, its connection, or why it failed',
  })
  @ApiAnswer(200, connectSessionSchema)
  @ApiProblems('connect-session-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: sessionIdSchema }) id: string,
  ): Promise<ConnectSessionView> {
    return connectSessionView(await this.sessions.find(caller, id), Date.now());
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @RequirePermission('connect:write')
  @ApiOperation({
    operationId: 'confirmConnectSession',
    summary: 'Confirm that the right person came back',
    description:
      'The return URL brought `code`. Take `end_user` from your own session of the browser that brought it, never from the URL: a link that was mailed to somebody else then connects nothing.',
  })
  @ApiAnswer(200, connectSessionSchema)
  @ApiProblems(
    'connect-session-not-found',
    'connect-session-not-confirmable',
    'confirmation-refused',
    'connection-revoked',
  )
  async confirm(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: sessionIdSchema }) id: string,
    @Body({ schema: confirmSchema }) given: ConfirmConnectSession,
  ): Promise<ConnectSessionView> {
    return connectSessionView(await this.confirmations.confirm(caller, id, given), Date.now());
  }
}
