import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import {
  connectionReadersSchema,
  connectionReadersView,
  readersConnectionSchema,
  type ConnectionReadersView,
} from './reader.dto.js';
import { ReadersService } from './readers.service.js';

@ApiTags('Connections')
@Controller('v1/connections')
export class ReadersController {
  constructor(private readonly readers: ReadersService) {}

  @Get(':id/readers')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listReaders',
    summary: 'Who read its tokens, from which network, when and how often',
  })
  @ApiAnswer(200, connectionReadersSchema)
  @ApiProblems('connection-not-found')
  async list(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: readersConnectionSchema }) id: string,
  ): Promise<ConnectionReadersView> {
    const { readers, gaps } = await this.readers.find(caller, id);
    return connectionReadersView(readers, gaps);
  }
}
