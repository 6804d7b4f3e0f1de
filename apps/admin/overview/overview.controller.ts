import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiSession, ApiAnswer, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { OverviewService } from './overview.service.js';
import { overviewQuery, overviewSchema, overviewView, type OverviewView } from './overview.view.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @RequirePermission('connections:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'readOverview',
    summary: 'Read the overview',
    description:
      'Connections by state and by integration as they stand, and events by hour of UTC. The hours are counted ' +
      'shortly after the event; `events_not_counted` says how many are still missing.',
  })
  @ApiAnswer(200, overviewSchema)
  async read(
    @CurrentCaller() caller: Caller,
    @Query({ schema: overviewQuery }) query: z.infer<typeof overviewQuery>,
  ): Promise<OverviewView> {
    return overviewView(await this.overview.read(caller.workspace, query.hours, query.integration));
  }
}
