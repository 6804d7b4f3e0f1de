import { Body, Controller, Headers, HttpCode, Ip, Param, Post, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, Public } from '#platform';
import { GlobalTokenRevocationService } from './global-token-revocation.service.js';
import {
  globalTokenRevocationSchema,
  securityEventErrorSchema,
  type GlobalTokenRevocation,
} from './security-event.dto.js';
import { setMediaType } from './security-event-bodies.js';
import { SecurityEventFilter } from './security-event.filter.js';
import { PushService } from './push.service.js';

@ApiTags('Security events')
@Controller('v1/security-events')
@UseFilters(SecurityEventFilter)
export class SecurityEventsController {
  constructor(
    private readonly pushes: PushService,
    private readonly revocations: GlobalTokenRevocationService,
  ) {}

  @Post(':stream')
  @HttpCode(202)
  @Public({ limited: true })
  @ApiOperation({
    operationId: 'receiveSecurityEvent',
    summary: 'Take a Security Event Token (RFC 8417, RFC 8935)',
    description:
      'For transmitters, with the `authorization` that the stream was given. The SET is stored when this answers; a jti that came before is answered the same and does nothing.',
  })
  @ApiConsumes(setMediaType)
  @ApiBody({ schema: { type: 'string', description: 'A signed SET in compact form.' } })
  @ApiResponse({ status: 202, description: 'It is stored.' })
  @ApiAnswer(400, securityEventErrorSchema, 'RFC 8935 2.4')
  @ApiAnswer(401, securityEventErrorSchema, 'The authorization is not that of a stream')
  @ApiAnswer(403, securityEventErrorSchema, 'The stream is polled')
  async receive(
    @Param('stream') stream: string,
    @Headers('authorization') authorization: string | undefined,
    @Headers('content-type') contentType: string | undefined,
    @Ip() address: string,
    @Body() body: unknown,
  ): Promise<void> {
    const route = 'POST /v1/security-events/:stream';
    await this.pushes.receive({ stream, authorization, address, route }, contentType, body);
  }

  @Post(':stream/global-token-revocation')
  @HttpCode(204)
  @Public({ limited: true })
  @ApiOperation({
    operationId: 'revokeAllTokensOfUser',
    summary: 'Revoke all connections of a user (draft-parecki-oauth-global-token-revocation)',
    description:
      "For identity providers: Okta's Universal Logout. Authenticated by the stream's `authorization`, or by a JWT of the stream's issuer with typ `global-token-revocation+jwt` for this address.",
  })
  @ApiResponse({ status: 204, description: 'They are revoked, or will be.' })
  @ApiAnswer(400, securityEventErrorSchema, 'The request names nobody')
  @ApiAnswer(401, securityEventErrorSchema, 'The authorization is not that of a stream')
  @ApiResponse({ status: 404, description: 'Nobody here is connected under that name.' })
  async revoke(
    @Param('stream') stream: string,
    @Headers('authorization') authorization: string | undefined,
    @Ip() address: string,
    @Body({ schema: globalTokenRevocationSchema }) wish: GlobalTokenRevocation,
  ): Promise<void> {
    const route = 'POST /v1/security-events/:stream/global-token-revocation';
    await this.revocations.revoke({ stream, authorization, address, route }, wish);
  }
}
