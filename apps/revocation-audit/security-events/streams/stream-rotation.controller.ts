import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  entityTag,
  NoStore,
  RequirePermission,
  type Caller,
} from '#platform';
import { rotationSchema, type Rotation } from './rotation.dto.js';
import {
  createdStreamSchema,
  streamIdSchema,
  streamView,
  type CreatedStreamView,
} from './security-event-stream.dto.js';
import { StreamAddresses } from './stream-addresses.js';
import { StreamRotationService } from './stream-rotation.service.js';

@ApiTags('Security events')
@Controller('v1/security-event-streams')
export class StreamRotationController {
  constructor(
    private readonly rotation: StreamRotationService,
    private readonly addresses: StreamAddresses,
  ) {}

  @Post(':id/rotate')
  @RequirePermission('admin')
  @NoStore()
  @ApiOperation({
    operationId: 'rotateSecurityEventStream',
    summary: 'Replace its authorization; the new one is shown this once',
    description:
      'The former one is taken for the overlap. A transmitter where we made the stream is given the new one; `last_error` says where it did not take it.',
  })
  @ApiAnswer(201, createdStreamSchema)
  @ApiProblems('security-event-stream-not-found', 'rotation-overlaps')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: streamIdSchema }) id: string,
    @Body({ schema: rotationSchema }) wish: Rotation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedStreamView> {
    const { stream, authorization } = await this.rotation.rotate(caller, id, wish);
    void reply.header('etag', entityTag(stream.version));
    return { ...streamView(stream, this.addresses), authorization };
  }
}
