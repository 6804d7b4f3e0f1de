import { Body, Controller, HttpCode, HttpException, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, CurrentCaller, FormEncoded, NoStore, RequirePermission, type Caller } from '#platform';
import { introspectionRequestSchema, introspectionSchema, type Introspection } from './introspection.dto.js';
import { IntrospectionService } from './introspection.service.js';

@ApiTags('Tokens')
@Controller('v1/introspect')
export class IntrospectionController {
  constructor(private readonly introspection: IntrospectionService) {}

  @Post()
  @HttpCode(200)
  @FormEncoded()
  @RequirePermission('tokens:lookup')
  @NoStore()
  @ApiOperation({
    operationId: 'introspectToken',
    summary: 'Whether a token is one of ours and alive (RFC 7662)',
    description: 'Access and refresh tokens of the workspace. A malformed request is told as RFC 6749 says.',
  })
  @ApiBody({
    schema: { type: 'object', required: ['token'], properties: { token: { type: 'string' } } },
  })
  @ApiAnswer(200, introspectionSchema)
  introspect(@CurrentCaller() { workspace }: Caller, @Body() body: unknown): Promise<Introspection> {
    const request = introspectionRequestSchema.safeParse(body);
    if (!request.success) throw malformed();
    return this.introspection.introspect(workspace, request.data.token);
  }
}

/** RFC 6749 section 5.2. */
function malformed(): HttpException {
  return new HttpException(
    { error: 'invalid_request', error_description: 'Send one parameter `token`, form-encoded.' },
    400,
  );
}
