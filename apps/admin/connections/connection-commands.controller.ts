import { Body, Controller, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  ApiSession,
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  reasonQuery,
  RequirePermission,
  type Caller,
  type ReasonQuery,
} from '#platform';
import { revokedSchema, revokeSchema } from './connection-commands.view.js';
import { ConnectionCommandsService } from './connection-commands.service.js';
import {
  connectionDetailSchema,
  connectionDetailView,
  type ConnectionDetailView,
} from './connection-detail.view.js';
import { connectionIdSchema } from './connection.view.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/connections/:id')
export class ConnectionCommandsController {
  constructor(
    private readonly commands: ConnectionCommandsService,
    private readonly connections: ConnectionsService,
  ) {}

  @Post('revoke')
  @HttpCode(200)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'revokeAdminConnection',
    summary: 'Revoke a connection',
    description:
      'Tokens stop here at once; the provider is told, then checked. Only the end user can connect again. ' +
      'The audit entry names who asked.',
  })
  @ApiHeader({
    name: 'idempotency-key',
    required: false,
    description: 'Handed on to the owner, who keeps it.',
  })
  @ApiAnswer(200, revokedSchema)
  @ApiProblems('connection-not-found', 'conflict')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Body({ schema: revokeSchema }) { reason }: z.infer<typeof revokeSchema>,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<z.infer<typeof revokedSchema>> {
    const revocation = await this.commands.revoke(caller, id, reason, idempotencyKey);
    return { connection: await this.read(caller, id), revocation };
  }

  @Post('pause')
  @HttpCode(200)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'pauseAdminConnection',
    summary: 'Pause a connection',
    description: 'Stops serving and renewing and keeps the grant.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'conflict', 'connection-revoked', 'connection-expired')
  async pause(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
  ): Promise<ConnectionDetailView> {
    await this.commands.pause(caller, id, true);
    return this.read(caller, id);
  }

  @Post('resume')
  @HttpCode(200)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'resumeAdminConnection',
    summary: 'Resume a connection',
    description: 'Back to the state that it was paused in.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'conflict', 'connection-revoked', 'connection-expired')
  async resume(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
  ): Promise<ConnectionDetailView> {
    await this.commands.pause(caller, id, false);
    return this.read(caller, id);
  }

  @Post('retry')
  @HttpCode(200)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'retryAdminConnection',
    summary: 'Try again now what failed or waits',
    description: 'Never spends what could be lost by it; out of quarantine, you vouch for its tokens.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'nothing-stuck')
  async retry(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
  ): Promise<ConnectionDetailView> {
    await this.commands.unstick(caller, id, 'retry');
    return this.read(caller, id);
  }

  @Post('give-up')
  @HttpCode(200)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'giveUpAdminConnection',
    summary: 'Give up what is stuck',
    description: 'Its user has to connect again; orphaned answers of it are destroyed.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'nothing-stuck')
  async giveUp(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Query({ schema: reasonQuery }) { reason }: ReasonQuery,
  ): Promise<ConnectionDetailView> {
    await this.commands.unstick(caller, id, 'give-up', reason);
    return this.read(caller, id);
  }

  private async read(caller: Caller, id: string): Promise<ConnectionDetailView> {
    return connectionDetailView(await this.connections.find(caller.workspace, id));
  }
}
