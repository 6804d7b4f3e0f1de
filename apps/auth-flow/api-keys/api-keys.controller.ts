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
  listQuery,
  NoStore,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import type { ApiKey } from '#storage';
import {
  apiKeyIdSchema,
  createApiKeySchema,
  rotateApiKeySchema,
  updateApiKeySchema,
  type CreateApiKey,
  type RotateApiKey,
  type UpdateApiKey,
} from './api-key.dto.js';
import {
  apiKeyPageSchema,
  apiKeySchema,
  apiKeyView,
  createdApiKeySchema,
  type ApiKeyView,
  type CreatedApiKeyView,
} from './api-key.view.js';
import { ApiKeysService } from './api-keys.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @RequirePermission('keys:write', { freshSignIn: true })
  @NoStore()
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make a key; it is shown this once' })
  @ApiAnswer(201, createdApiKeySchema)
  @ApiProblems('workspace-not-found', 'forbidden')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createApiKeySchema }) wish: CreateApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedApiKeyView> {
    const { apiKey, key } = await this.keys.create(caller, wish);
    return { ...answer(reply, apiKey), key };
  }

  @Get()
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'Newest first, revoked ones too' })
  @ApiAnswer(200, apiKeyPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof apiKeyPageSchema>> {
    const rows = await this.keys.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ id }) => [id], apiKeyView);
  }

  @Get(':id')
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'getApiKey', summary: 'One key, without itself' })
  @ApiAnswer(200, apiKeySchema)
  @ApiProblems('api-key-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyView> {
    return answer(reply, await this.keys.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'updateApiKey', summary: 'Rename it, let it expire, or bind it to networks' })
  @ApiAnswer(200, apiKeySchema)
  @ApiProblems('api-key-not-found', 'conflict', 'forbidden', 'precondition-failed')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
    @Body({ schema: updateApiKeySchema }) change: UpdateApiKey,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyView> {
    return answer(reply, await this.keys.update(caller, id, change, ifMatch));
  }

  @Post(':id/rotate')
  @RequirePermission('keys:write', { freshSignIn: true })
  @NoStore()
  @ApiOperation({
    operationId: 'rotateApiKey',
    summary: 'Replace the key; the new one is shown this once',
    description: 'The former key works on for the overlap, and makes nothing that outlives it.',
  })
  @ApiAnswer(201, createdApiKeySchema)
  @ApiProblems('api-key-not-found', 'rotation-overlaps', 'conflict', 'forbidden')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
    @Body({ schema: rotateApiKeySchema }) wish: RotateApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedApiKeyView> {
    const { apiKey, key } = await this.keys.rotate(caller, id, wish);
    return { ...answer(reply, apiKey), key };
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke it; it stops working at once' })
  @ApiProblems('api-key-not-found', 'precondition-failed')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.keys.revoke(caller, id, ifMatch);
  }
}

function answer(reply: FastifyReply, key: ApiKey): ApiKeyView {
  void reply.header('etag', entityTag(key.version));
  return apiKeyView(key);
}
