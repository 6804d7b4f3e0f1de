import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  BodyLimit,
  CurrentCaller,
  decodeCursor,
  listQuery,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import { previewSchema, type PreviewView } from '../selection/preview.view.js';
import { createFreezeSchema, freezeIdSchema, type CreateFreeze } from './freeze.dto.js';
import { freezePageSchema, freezeSchema, freezeView, type FreezeView } from './freeze.view.js';
import { FreezesService } from './freezes.service.js';

const cursorShape = z.tuple([z.string()]);
/** 10,000 ids. */
const bulk = 1024 * 1024;

@ApiTags('Freezes')
@Controller('v1/freezes')
export class FreezesController {
  constructor(private readonly freezes: FreezesService) {}

  @Post()
  @BodyLimit(bulk)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'createFreeze',
    summary: 'Pause all that a selector finds',
    description:
      'Neither served nor renewed, while the grants are kept: it can be undone. 202 answers a job whose targets are fixed from then on. `dry_run` counts and changes nothing.',
  })
  @ApiAnswer(202, freezeSchema)
  @ApiAnswer(200, previewSchema, 'What a dry run found')
  @ApiProblems('more-than-expected')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createFreezeSchema }) wish: CreateFreeze,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FreezeView | PreviewView> {
    const { selector, reason, expected_count: expectedCount } = wish;
    void reply.status(wish.dry_run ? 200 : 202);
    if (wish.dry_run) return this.freezes.preview(caller, selector);
    return freezeView(await this.freezes.create(caller, { selector, reason, expectedCount }));
  }

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listFreezes', summary: 'Newest first' })
  @ApiAnswer(200, freezePageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof freezePageSchema>> {
    const rows = await this.freezes.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ freeze }) => [freeze.id], freezeView);
  }

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'getFreeze', summary: 'How far it is' })
  @ApiAnswer(200, freezeSchema)
  @ApiProblems('freeze-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: freezeIdSchema }) id: string,
  ): Promise<FreezeView> {
    return freezeView(await this.freezes.find(caller, id));
  }

  @Delete(':id')
  @HttpCode(202)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'liftFreeze',
    summary: 'Undo it',
    description:
      'Resumes exactly what it paused: not what was paused before, nor what somebody paused since, nor what another freeze still holds.',
  })
  @ApiAnswer(202, freezeSchema)
  @ApiProblems('freeze-not-found')
  async lift(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: freezeIdSchema }) id: string,
  ): Promise<FreezeView> {
    return freezeView(await this.freezes.lift(caller, id));
  }
}
