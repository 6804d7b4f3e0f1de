import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  listQuery,
  NoStore,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import {
  apiKeyIdSchema,
  apiKeyPageSchema,
  apiKeySchema,
  apiKeyView,
  createApiKeySchema,
  createdApiKeySchema,
  updateApiKeySchema,
  type ApiKeyView,
  type CreateApiKey,
  type UpdateApiKey,
} from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @RequirePermission('keys:write')
  @NoStore()
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make a key; it is shown this once' })
  @ApiAnswer(201, createdApiKeySchema)
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createApiKeySchema }) wish: CreateApiKey,
  ): Promise<z.infer<typeof createdApiKeySchema>> {
    const { apiKey, key } = await this.keys.create(caller, wish);
    return { ...apiKeyView(apiKey), key };
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
  ): Promise<ApiKeyView> {
    return apiKeyView(await this.keys.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'updateApiKey', summary: 'Rename it, or let it expire' })
  @ApiAnswer(200, apiKeySchema)
  @ApiProblems('api-key-not-found', 'conflict')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
    @Body({ schema: updateApiKeySchema }) change: UpdateApiKey,
  ): Promise<ApiKeyView> {
    return apiKeyView(await this.keys.update(caller, id, change));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke it; it stops working at once' })
  @ApiProblems('api-key-not-found')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
  ): Promise<void> {
    await this.keys.revoke(caller, id);
  }
}
