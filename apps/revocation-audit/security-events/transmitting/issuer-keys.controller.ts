import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiAnswer, ApiProblems, Public } from '#platform';
import { keySetMaxAgeSeconds, SigningKeysService } from './signing-keys.service.js';
import { keySetSchema } from './subscriber.dto.js';

@ApiTags('Security events')
@Controller('v1/security-events')
export class IssuerKeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Get(':issuer/jwks')
  @Public({ limited: true })
  @Header('cache-control', `public, max-age=${keySetMaxAgeSeconds}`)
  @ApiOperation({
    operationId: 'listSecurityEventKeys',
    summary: 'The public keys of the SETs that we send',
    description: 'The `jwks_uri` of subscribers. Empty until the workspace has one.',
  })
  @ApiAnswer(200, keySetSchema)
  @ApiProblems('rate-limited')
  async list(@Param('issuer') issuer: string): Promise<z.infer<typeof keySetSchema>> {
    return this.keys.published(issuer);
  }
}
