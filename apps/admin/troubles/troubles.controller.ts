import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiSession, ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { TroublesService } from './troubles.service.js';
import {
  troubleCountsSchema,
  troublesQuery,
  troublesSchema,
  type TroubleCountsView,
  type TroublesView,
} from './troubles.view.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/troubles')
export class TroublesController {
  constructor(private readonly troubles: TroublesService) {}

  @Get()
  @RequirePermission('connections:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'listTroubles',
    summary: 'List what waits too long, is degraded, quarantined, in doubt, orphaned or spooled, and why',
  })
  @ApiAnswer(200, troublesSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() { workspace }: Caller,
    @Query({ schema: troublesQuery }) query: z.infer<typeof troublesQuery>,
  ): Promise<TroublesView> {
    return this.troubles.list(workspace, query);
  }

  @Get('counts')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'countTroubles', summary: 'Count them by kind' })
  @ApiAnswer(200, troubleCountsSchema)
  async count(@CurrentCaller() { workspace }: Caller): Promise<TroubleCountsView> {
    return this.troubles.count(workspace);
  }
}
