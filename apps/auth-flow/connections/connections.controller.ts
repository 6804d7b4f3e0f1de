import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Query,
  Res,
  Post,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  entityTag,
  page,
  RequirePermission,
  type Caller,
  reasonQuery,
  type ReasonQuery,
} from '#platform';
import {
  connectionIdSchema,
  connectionsQuery,
  filterOf,
  updateConnectionSchema,
  type ConnectionsQuery,
  type UpdateConnection,
} from './connection.dto.js';
import {
  connectionDetailSchema,
  connectionDetailView,
  connectionPageSchema,
  connectionView,
  type ConnectionDetailView,
} from './connection.view.js';
import { StuckConnectionsService } from './stuck-connections.service.js';
import { ConnectionsService, type FoundConnection } from './connections.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('Connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly stuck: StuckConnectionsService,
  ) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listConnections', summary: 'By filter, newest first; all filters must hold' })
  @ApiAnswer(200, connectionPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: connectionsQuery }) query: ConnectionsQuery,
  ): Promise<z.infer<typeof connectionPageSchema>> {
    const after = decodeCursor(query.cursor, cursorShape)?.[0];
    const rows = await this.connections.list(caller, filterOf(query), query.limit, after);
    return page(rows, query.limit, ({ connection }) => [connection.id], connectionView);
  }

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'getConnection', summary: 'One connection; never its tokens' })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailView> {
    return answer(reply, await this.connections.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('connections:write')
  @ApiOperation({ operationId: 'updateConnection', summary: 'Pause it, resume it, or change its tags' })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems(
    'connection-not-found',
    'connection-revoked',
    'connection-expired',
    'connection-pending',
    'precondition-failed',
  )
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Body({ schema: updateConnectionSchema }) change: UpdateConnection,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailView> {
    return answer(reply, await this.connections.update(caller, id, change, ifMatch));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @RequirePermission('connections:write', { quota: 'provider-calls' })
  @ApiOperation({
    operationId: 'retryConnection',
    summary: 'Try again now what failed or waits',
    description:
      'Degraded: its renewal is due now. In doubt: it is looked at now, and spent only where that loses nothing. ' +
      'In quarantine: you vouch for its tokens, and they are renewed.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'nothing-stuck')
  async retry(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailView> {
    await this.stuck.retry(caller, id);
    return answer(reply, await this.connections.find(caller, id));
  }

  @Post(':id/give-up')
  @HttpCode(200)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'giveUpConnection',
    summary: 'Give up what is stuck',
    description:
      'Degraded, in doubt or in quarantine: its user has to connect again. Orphaned answers of it are destroyed.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'nothing-stuck')
  async giveUp(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Query({ schema: reasonQuery }) { reason }: ReasonQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailView> {
    await this.stuck.giveUp(caller, id, reason);
    return answer(reply, await this.connections.find(caller, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('connections:write')
  @ApiOperation({
    operationId: 'eraseConnection',
    summary: 'Erase a revoked or expired one: its keys are destroyed',
  })
  @ApiProblems('connection-not-found', 'connection-not-erasable')
  async erase(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Query({ schema: reasonQuery }) { reason }: ReasonQuery,
  ): Promise<void> {
    await this.connections.erase(caller, id, reason);
  }
}

function answer(
  reply: FastifyReply,
  { shown, slots, attempts, revocation }: FoundConnection,
): ConnectionDetailView {
  void reply.header('etag', entityTag(shown.connection.version));
  return connectionDetailView(shown, slots, attempts, revocation);
}
