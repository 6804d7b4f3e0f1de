import { Controller, Get, HttpCode, Ip, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiAnswer, ApiProblems, CurrentCaller, NoStore, RequirePermission, type Caller } from '#platform';
import {
  readTokenQuery,
  refreshedSchema,
  refreshTokenQuery,
  tokenConnectionSchema,
  tokenSchema,
  type ReadTokenQuery,
  type RefreshedView,
  type TokenView,
} from './token.dto.js';
import { TokensService } from './tokens.service.js';

@ApiTags('Tokens')
@Controller('v1/connections')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get(':id/token')
  @RequirePermission('tokens:read')
  @NoStore()
  @ApiOperation({
    operationId: 'readToken',
    summary: 'A live access token',
    description: 'Renewed first where too little of its life is left; all who wait share one request.',
  })
  @ApiAnswer(200, tokenSchema)
  @ApiProblems(
    'connection-not-found',
    'slot-not-found',
    'needs-reauthorization',
    'connection-pending',
    'connection-paused',
    'integration-paused',
    'connection-quarantined',
    'connection-revoked',
    'connection-expired',
    'min-ttl-unsatisfiable',
    'provider-error',
    'provider-unavailable',
    'refresh-timed-out',
  )
  read(
    @CurrentCaller() { workspace, actor }: Caller,
    @Ip() address: string,
    @Param('id', { schema: tokenConnectionSchema }) connection: string,
    @Query({ schema: readTokenQuery }) { min_ttl: minTtl, slot }: ReadTokenQuery,
  ): Promise<TokenView> {
    const minTtlMs = minTtl === undefined ? undefined : minTtl * 1_000;
    const reader = { callerType: actor.type, callerId: actor.id, address };
    return this.tokens.read({ workspace, connection, slot, minTtlMs, reader });
  }

  @Post(':id/refresh')
  @HttpCode(200)
  @RequirePermission('connections:write', { quota: 'provider-calls' })
  @ApiOperation({ operationId: 'refreshToken', summary: 'Renew it now' })
  @ApiAnswer(200, refreshedSchema)
  @ApiProblems(
    'connection-not-found',
    'slot-not-found',
    'needs-reauthorization',
    'connection-paused',
    'integration-paused',
    'connection-revoked',
    'provider-error',
    'provider-unavailable',
    'refresh-timed-out',
  )
  refresh(
    @CurrentCaller() { workspace }: Caller,
    @Param('id', { schema: tokenConnectionSchema }) connection: string,
    @Query({ schema: refreshTokenQuery }) { slot }: z.infer<typeof refreshTokenQuery>,
  ): Promise<RefreshedView> {
    return this.tokens.refresh({ workspace, connection, slot });
  }
}
