import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiSession, ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { TroublesService } from './troubles.service.js';
import { incidentSchema, incidentsSchema, incidentView, type IncidentView } from './troubles.view.js';

const idSchema = z.string().min(1).max(100);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/provider-incidents')
export class ProviderIncidentsController {
  constructor(private readonly troubles: TroublesService) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listProviderIncidents',
    summary: 'List incidents of providers, newest first',
  })
  @ApiAnswer(200, incidentsSchema)
  async list(): Promise<{ data: IncidentView[] }> {
    return { data: (await this.troubles.listIncidents()).map(incidentView) };
  }

  @Post(':id/end')
  @HttpCode(200)
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({
    operationId: 'endProviderIncident',
    summary: 'Say that an incident is over',
    description:
      'What the provider answers is believed again, without waiting for probes. For the whole installation: it is in the audit log of every workspace that it concerns.',
  })
  @ApiAnswer(200, incidentSchema)
  @ApiProblems('incident-not-open')
  async end(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<IncidentView> {
    return incidentView(await this.troubles.endIncident(caller, id));
  }
}
