import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  ApiAnswer,
  ApiProblems,
  BodyLimit,
  CurrentCaller,
  lookupBodyLimit,
  NoStore,
  RequirePermission,
  type Caller,
} from '#platform';
import { readTokens, tokenLookupBody, tokenLookupSchema, type TokenLookup } from './token-lookup.dto.js';
import { TokenLookupsService } from './token-lookups.service.js';

@ApiTags('Leaked tokens')
@Controller('v1/token-lookups')
export class TokenLookupsController {
  constructor(private readonly lookups: TokenLookupsService) {}

  // The whole request, not @Body: what validates that tells of members by their names, which may be tokens.
  @Post()
  @HttpCode(200)
  @RequirePermission('tokens:lookup', { quota: 'reports' })
  @BodyLimit(lookupBodyLimit)
  @NoStore()
  @ApiOperation({
    operationId: 'lookUpTokens',
    summary: 'Whose leaked tokens these are',
    description:
      'One value or 10,000, access and refresh tokens, superseded ones too. Values are not kept, logged or repeated. To revoke what was found: `POST /v1/revocations` with its connection.',
  })
  @ApiBody({ schema: tokenLookupBody as never })
  @ApiAnswer(200, tokenLookupSchema)
  @ApiProblems('payload-too-large')
  lookUp(@CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<TokenLookup> {
    return this.lookups.lookUp(caller, readTokens(request.body));
  }
}
