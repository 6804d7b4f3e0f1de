import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiSession,
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import {
  connectionDetailSchema,
  connectionDetailView,
  connectionIdSchema,
  connectionPageSchema,
  connectionsQuery,
  connectionView,
  filterOf,
  type ConnectionDetailView,
} from './connection.view.js';
import { ConnectionsService } from './connections.service.js';
import { timelineCursor, timelineEntryView, timelinePageSchema, timelineQuery } from './timeline.view.js';

const cursorShape = z.tuple([z.string().max(100)]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listAdminConnections',
    summary: 'List connections',
    description: 'By filter, newest first. Everything that is given must hold.',
  })
  @ApiAnswer(200, connectionPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: connectionsQuery }) query: z.infer<typeof connectionsQuery>,
  ): Promise<z.infer<typeof connectionPageSchema>> {
    const [after] = decodeCursor(query.cursor, cursorShape) ?? [];
    const rows = await this.connections.list(caller.workspace, filterOf(query), query.limit, after);
    return page(rows, query.limit, (row) => [row.connection.id], connectionView);
  }

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'readAdminConnection',
    summary: 'Read a connection',
    description: 'With its slots and their schedule.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found')
  async read(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
  ): Promise<ConnectionDetailView> {
    return connectionDetailView(await this.connections.find(caller.workspace, id));
  }

  @Get(':id/timeline')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'readConnectionTimeline',
    summary: "Read a connection's timeline",
    description: 'Its events (kept 7 days), audit entries and refresh attempts as one list, newest first.',
  })
  @ApiAnswer(200, timelinePageSchema)
  @ApiProblems('connection-not-found', 'invalid-cursor')
  async timeline(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Query({ schema: timelineQuery }) { limit, cursor }: z.infer<typeof timelineQuery>,
  ): Promise<z.infer<typeof timelinePageSchema>> {
    const after = decodeCursor(cursor, timelineCursor);
    const rows = await this.connections.timeline(caller.workspace, id, limit, after);
    return page(rows, limit, (row) => row.position, timelineEntryView);
  }
}
