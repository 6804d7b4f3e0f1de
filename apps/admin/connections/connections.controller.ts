import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
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
  type ConnectionDetailView,
} from './connection.view.js';
import { ConnectionListService } from './connection-list.service.js';
import {
  connectionCountQuery,
  connectionCountSchema,
  connectionPageSchema,
  connectionPageView,
  connectionsQuery,
  filterOf,
  listQueryOf,
  type ConnectionPageView,
  type ConnectionsQuery,
} from './connection-list.view.js';
import { ConnectionsService } from './connections.service.js';
import { timelineCursor, timelineEntryView, timelinePageSchema, timelineQuery } from './timeline.view.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly lists: ConnectionListService,
  ) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listAdminConnections',
    summary: 'List connections',
    description: 'By filter and sort, in both directions. Everything that is given must hold.',
  })
  @ApiAnswer(200, connectionPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: connectionsQuery }) query: ConnectionsQuery,
  ): Promise<ConnectionPageView> {
    return connectionPageView(query, await this.lists.page(caller.workspace, listQueryOf(query)));
  }

  @Get('count')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'countAdminConnections',
    summary: 'Count connections',
    description: 'By the same filters as the list. Never slow: many are estimated.',
  })
  @ApiAnswer(200, connectionCountSchema)
  async count(
    @CurrentCaller() caller: Caller,
    @Query({ schema: connectionCountQuery }) query: z.infer<typeof connectionCountQuery>,
  ): Promise<z.infer<typeof connectionCountSchema>> {
    return this.lists.count(caller.workspace, filterOf(query));
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
