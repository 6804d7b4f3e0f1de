import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiSession, ApiAnswer, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { EngineHealthService } from './engine-health.service.js';
import { engineHealthSchema, engineHealthView, type EngineHealthView } from './engine-health.view.js';

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/health')
export class EngineHealthController {
  constructor(private readonly health: EngineHealthService) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'readEngineHealth',
    summary: 'Read whether the engine keeps up',
    description: 'Queue, planner, outbox and revocations of the workspace: what waits, and for how long.',
  })
  @ApiAnswer(200, engineHealthSchema)
  async read(@CurrentCaller() caller: Caller): Promise<EngineHealthView> {
    return engineHealthView(await this.health.read(caller.workspace));
  }
}
