import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  entityTag,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import type { Integration } from '#storage';
import { AuthFlowConfig } from '../auth-flow.config.js';
import {
  createIntegrationSchema,
  integrationIdSchema,
  integrationsQuery,
  updateIntegrationSchema,
  type CreateIntegration,
  type UpdateIntegration,
} from './integration.dto.js';
import {
  integrationPageSchema,
  integrationSchema,
  integrationView,
  type IntegrationView,
} from './integration.view.js';
import { IntegrationTestService } from './integration-test.service.js';
import { integrationTestSchema, type IntegrationTestView } from './integration-test.view.js';
import { IntegrationsService } from './integrations.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('Integrations')
@Controller('v1/integrations')
export class IntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly tests: IntegrationTestService,
    private readonly config: AuthFlowConfig,
  ) {}

  @Post()
  @RequirePermission('integrations:write', { quota: 'provider-calls' })
  @ApiOperation({
    operationId: 'createIntegration',
    summary: 'Add an OAuth client at a provider',
    description: 'Without client_id it is a draft, from which you learn the redirect_uri to register.',
  })
  @ApiAnswer(201, integrationSchema)
  @ApiProblems('provider-error', 'provider-unavailable', 'insufficient-user-authentication')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createIntegrationSchema }) wish: CreateIntegration,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return this.answer(reply, await this.integrations.create(caller, wish));
  }

  @Get()
  @RequirePermission('integrations:read')
  @ApiOperation({ operationId: 'listIntegrations', summary: 'Newest first' })
  @ApiAnswer(200, integrationPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: integrationsQuery }) { limit, cursor }: z.infer<typeof integrationsQuery>,
  ): Promise<z.infer<typeof integrationPageSchema>> {
    const after = decodeCursor(cursor, cursorShape)?.[0];
    const rows = await this.integrations.list(caller, limit, after);
    return page(
      rows,
      limit,
      ({ id }) => [id],
      (row) => integrationView(row, this.config.PUBLIC_URL),
    );
  }

  @Get(':id')
  @RequirePermission('integrations:read')
  @ApiOperation({ operationId: 'getIntegration', summary: 'One integration; never its secret' })
  @ApiAnswer(200, integrationSchema)
  @ApiProblems('integration-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: integrationIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return this.answer(reply, await this.integrations.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('integrations:write', { quota: 'provider-calls' })
  @ApiOperation({
    operationId: 'updateIntegration',
    summary: 'Change it',
    description: 'What is left out stays. An integration that was paused for its client resumes.',
  })
  @ApiAnswer(200, integrationSchema)
  @ApiProblems(
    'integration-not-found',
    'precondition-failed',
    'provider-error',
    'provider-unavailable',
    'insufficient-user-authentication',
  )
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: integrationIdSchema }) id: string,
    @Body({ schema: updateIntegrationSchema }) change: UpdateIntegration,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return this.answer(reply, await this.integrations.update(caller, id, change, ifMatch));
  }

  @Post(':id/test')
  @HttpCode(200)
  @RequirePermission('integrations:write', { quota: 'provider-calls' })
  @ApiOperation({
    operationId: 'testIntegration',
    summary: 'Try it at its provider',
    description:
      'Asks the token endpoint with a made-up token: whether it answers, and takes each client secret.',
  })
  @ApiAnswer(200, integrationTestSchema)
  @ApiProblems('integration-not-found', 'integration-is-draft')
  async test(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: integrationIdSchema }) id: string,
  ): Promise<IntegrationTestView> {
    return this.tests.test(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('integrations:write')
  @ApiOperation({ operationId: 'deleteIntegration', summary: 'Delete one that has no connections' })
  @ApiProblems('integration-not-found', 'integration-in-use')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: integrationIdSchema }) id: string,
  ): Promise<void> {
    await this.integrations.delete(caller, id);
  }

  private answer(reply: FastifyReply, integration: Integration): IntegrationView {
    void reply.header('etag', entityTag(integration.version));
    return integrationView(integration, this.config.PUBLIC_URL);
  }
}
