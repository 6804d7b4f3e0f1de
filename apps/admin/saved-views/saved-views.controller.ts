import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentCaller,
  entityTag,
  RequirePermission,
  type Caller,
} from '#platform';
import type { SavedView } from '#storage';
import {
  newSavedViewSchema,
  savedViewChangeSchema,
  savedViewSchema,
  savedViewsQuery,
  savedViewsSchema,
  savedViewView,
  type NewSavedView,
  type SavedViewChange,
  type SavedViewView,
} from './saved-view.view.js';
import { SavedViewsService } from './saved-views.service.js';

const idSchema = z.string().min(1).max(100);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/saved-views')
export class SavedViewsController {
  constructor(private readonly views: SavedViewsService) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listSavedViews', summary: 'Your views and those shared with you, by name' })
  @ApiAnswer(200, savedViewsSchema)
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: savedViewsQuery }) { page }: z.infer<typeof savedViewsQuery>,
  ): Promise<z.infer<typeof savedViewsSchema>> {
    const views = await this.views.list(caller, page);
    return { data: views.map((view) => savedViewView(view, caller.actor.id)) };
  }

  @Post()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'saveView', summary: 'Save a view under a name' })
  @ApiAnswer(201, savedViewSchema)
  @ApiProblems('conflict')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newSavedViewSchema }) wish: NewSavedView,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SavedViewView> {
    return answer(reply, caller, await this.views.create(caller, wish));
  }

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'getSavedView', summary: 'One view' })
  @ApiAnswer(200, savedViewSchema)
  @ApiProblems('saved-view-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SavedViewView> {
    return answer(reply, caller, await this.views.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'changeSavedView', summary: 'Change a view of yours' })
  @ApiAnswer(200, savedViewSchema)
  @ApiProblems('saved-view-not-found', 'forbidden', 'conflict', 'precondition-failed')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: savedViewChangeSchema }) change: SavedViewChange,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SavedViewView> {
    return answer(reply, caller, await this.views.change(caller, id, change, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'deleteSavedView',
    summary: 'Delete a view of yours; admins, a shared one too',
  })
  @ApiProblems('saved-view-not-found', 'forbidden', 'precondition-failed')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.views.delete(caller, id, ifMatch);
  }
}

function answer(reply: FastifyReply, caller: Caller, view: SavedView): SavedViewView {
  void reply.header('etag', entityTag(view.version));
  return savedViewView(view, caller.actor.id);
}
