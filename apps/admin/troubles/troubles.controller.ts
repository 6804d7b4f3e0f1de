import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiSession, ApiAnswer, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { TroublesService } from './troubles.service.js';
import { troublesQuery, troublesSchema, type TroublesView } from './troubles.view.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/troubles')
export class TroublesController {
  constructor(private readonly troubles: TroublesService) {}

  @Get()
  @RequirePermission('connections:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'listTroubles',
    summary: 'List what is degraded, quarantined, in doubt, orphaned or spooled, and why',
  })
  @ApiAnswer(200, troublesSchema)
  async list(
    @CurrentCaller() { workspace }: Caller,
    @Query({ schema: troublesQuery }) { kind, limit }: z.infer<typeof troublesQuery>,
  ): Promise<TroublesView> {
    return this.troubles.list(workspace, kind, limit);
  }
}
