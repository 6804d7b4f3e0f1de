import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  ApiSession,
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  entityTag,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import {
  connectionDetailSchema,
  connectionDetailView,
  type ConnectionDetailView,
} from './connection-detail.view.js';
import { connectionIdSchema } from './connection.view.js';
import {
  generationCursor,
  generationPageSchema,
  generationsQuery,
  generationView,
} from './generation.view.js';
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
    description:
      'With its state and why, what next, its slots and their schedule. One that was erased says by whom.',
  })
  @ApiAnswer(200, connectionDetailSchema)
  @ApiProblems('connection-not-found', 'connection-erased')
  async read(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailView> {
    const found = await this.connections.find(caller.workspace, id);
    void reply.header('etag', entityTag(found.listed.connection.version));
    return connectionDetailView(found);
  }

  @Get(':id/generations')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listConnectionGenerations',
    summary: "List the generations of a connection's tokens",
    description: 'Newest first, never a token. Superseded ones are kept for a while only.',
  })
  @ApiAnswer(200, generationPageSchema)
  @ApiProblems('connection-not-found', 'connection-erased', 'invalid-cursor')
  async generations(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: connectionIdSchema }) id: string,
    @Query({ schema: generationsQuery }) { limit, cursor }: z.infer<typeof generationsQuery>,
  ): Promise<z.infer<typeof generationPageSchema>> {
    const after = decodeCursor(cursor, generationCursor);
    const rows = await this.connections.generations(caller.workspace, id, limit, after);
    return page(rows, limit, ({ generation, slot }) => [generation, slot], generationView);
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
