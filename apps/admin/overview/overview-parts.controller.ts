import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiSession, ApiAnswer, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { OverviewPartsService } from './overview-parts.service.js';
import {
  consentsQuery,
  consentsSchema,
  dueQuery,
  dueSchema,
  hoursQuery,
  lagQuery,
  lagSchema,
  overviewIncidentsSchema,
  providersSchema,
  renewalsSchema,
  statesSchema,
  type ConsentsView,
  type DueView,
  type LagView,
  type OverviewIncidentsView,
  type ProvidersView,
  type RenewalsView,
  type StatesView,
} from './overview-parts.view.js';

/** One question each; the page asks them side by side. */
@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/overview')
export class OverviewPartsController {
  constructor(private readonly parts: OverviewPartsService) {}

  @Get('states')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewStates', summary: 'What is unhealthy?' })
  @ApiAnswer(200, statesSchema)
  states(@CurrentCaller() caller: Caller): Promise<StatesView> {
    return this.parts.states(caller);
  }

  @Get('renewals')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewRenewals', summary: 'Do renewals work?' })
  @ApiAnswer(200, renewalsSchema)
  renewals(
    @CurrentCaller() caller: Caller,
    @Query({ schema: hoursQuery }) { hours }: z.infer<typeof hoursQuery>,
  ): Promise<RenewalsView> {
    return this.parts.renewals(caller, hours);
  }

  @Get('providers')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewProviders', summary: 'Which provider hurts?' })
  @ApiAnswer(200, providersSchema)
  providers(
    @CurrentCaller() caller: Caller,
    @Query({ schema: hoursQuery }) { hours }: z.infer<typeof hoursQuery>,
  ): Promise<ProvidersView> {
    return this.parts.providers(caller, hours);
  }

  @Get('due')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewDue', summary: 'What falls due?' })
  @ApiAnswer(200, dueSchema)
  due(
    @CurrentCaller() caller: Caller,
    @Query({ schema: dueQuery }) { hours }: z.infer<typeof dueQuery>,
  ): Promise<DueView> {
    return this.parts.due(caller, hours);
  }

  @Get('reconsent')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewReconsent', summary: 'Who must consent again?' })
  @ApiAnswer(200, consentsSchema)
  consents(
    @CurrentCaller() caller: Caller,
    @Query({ schema: consentsQuery }) { days }: z.infer<typeof consentsQuery>,
  ): Promise<ConsentsView> {
    return this.parts.consents(caller, days);
  }

  @Get('incidents')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'readOverviewIncidents',
    summary: 'What is held back?',
    description: 'Open incidents of providers, and integrations that are paused.',
  })
  @ApiAnswer(200, overviewIncidentsSchema)
  incidents(@CurrentCaller() caller: Caller): Promise<OverviewIncidentsView> {
    return this.parts.troubles(caller);
  }

  @Get('lag')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'readOverviewLag', summary: 'Does the engine keep up?' })
  @ApiAnswer(200, lagSchema)
  lag(@Query({ schema: lagQuery }) { hours }: z.infer<typeof lagQuery>): Promise<LagView> {
    return this.parts.lag(hours);
  }
}
