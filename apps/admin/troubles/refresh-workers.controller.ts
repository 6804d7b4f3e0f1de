import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiSession, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { TroublesService } from './troubles.service.js';

const idSchema = z.string().min(1).max(100);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/refresh-workers/:id')
export class RefreshWorkersController {
  constructor(private readonly troubles: TroublesService) {}

  @Post('give-up')
  @HttpCode(204)
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({
    operationId: 'giveUpRefreshWorker',
    summary: 'Say that a worker and its disk do not come back',
    description:
      'Answers that it may have held are waited for no longer. For the whole installation: it is in the audit log of every workspace that it concerns.',
  })
  @ApiProblems('worker-running')
  async giveUp(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<void> {
    await this.troubles.giveUpWorker(caller, id);
  }
}
