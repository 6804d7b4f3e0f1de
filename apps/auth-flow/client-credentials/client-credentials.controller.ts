import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, type Caller, CurrentCaller, RequirePermission } from '#platform';
import { type CreateConnection, createConnectionSchema } from './client-credentials.dto.js';
import { ClientCredentialsService } from './client-credentials.service.js';
import {
  createdConnectionSchema,
  type CreatedConnectionView,
  createdConnectionView,
} from './created-connection-view.js';

@ApiTags('Connections')
@Controller('v1/connections')
export class ClientCredentialsController {
  constructor(private readonly connections: ClientCredentialsService) {}

  @Post()
  @RequirePermission('connections:write', { quota: 'provider-calls' })
  @ApiOperation({
    operationId: 'createConnection',
    summary: 'Connect the application itself, by client credentials',
    description: 'Asks the provider for a token at once. It is then read and renewed like any other.',
  })
  @ApiAnswer(201, createdConnectionSchema)
  @ApiProblems(
    'integration-not-found',
    'integration-paused',
    'integration-is-draft',
    'provider-error',
    'provider-unavailable',
  )
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createConnectionSchema }) wish: CreateConnection,
  ): Promise<CreatedConnectionView> {
    return createdConnectionView(await this.connections.create(caller, wish));
  }
}
