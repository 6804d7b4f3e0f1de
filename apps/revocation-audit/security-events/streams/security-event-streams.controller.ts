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
import type { SecurityEventStream } from '#storage';
import {
  createdStreamSchema,
  createStreamSchema,
  streamIdSchema,
  streamPageSchema,
  streamSchema,
  streamView,
  updateStreamSchema,
  type CreatedStreamView,
  type CreateStream,
  type StreamView,
  type UpdateStream,
} from './security-event-stream.dto.js';
import { SecurityEventStreamsService } from './security-event-streams.service.js';
import { StreamAddresses } from './stream-addresses.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('Security events')
@Controller('v1/security-event-streams')
export class SecurityEventStreamsController {
  constructor(
    private readonly streams: SecurityEventStreamsService,
    private readonly addresses: StreamAddresses,
  ) {}

  @Post()
  @RequirePermission('admin')
  @NoStore()
  @ApiOperation({
    operationId: 'createSecurityEventStream',
    summary: 'Take security events from a transmitter',
    description:
      'Pushed to us (RFC 8935) or polled by us (RFC 8936). With a `management_token` the stream is made at the transmitter and verified (SSF 1.0); without, give the transmitter `push_endpoint` and `authorization`.',
  })
  @ApiAnswer(201, createdStreamSchema)
  @ApiProblems('provider-error')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createStreamSchema }) wish: CreateStream,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedStreamView> {
    const { stream, authorization } = await this.streams.create(caller, wish);
    return { ...this.answer(reply, stream), authorization };
  }

  @Get()
  @RequirePermission('admin')
  @ApiOperation({ operationId: 'listSecurityEventStreams', summary: 'Newest first' })
  @ApiAnswer(200, streamPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof streamPageSchema>> {
    const rows = await this.streams.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(
      rows,
      limit,
      ({ id }) => [id],
      (row) => streamView(row, this.addresses),
    );
  }

  @Get(':id')
  @RequirePermission('admin')
  @ApiOperation({ operationId: 'getSecurityEventStream', summary: 'One stream' })
  @ApiAnswer(200, streamSchema)
  @ApiProblems('security-event-stream-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: streamIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamView> {
    return this.answer(reply, await this.streams.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'updateSecurityEventStream',
    summary: 'Change it; its issuer and its delivery stay',
    description: 'It holds for the next event that comes. `policies` replaces those that were given before.',
  })
  @ApiAnswer(200, streamSchema)
  @ApiProblems('security-event-stream-not-found', 'precondition-failed')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: streamIdSchema }) id: string,
    @Body({ schema: updateStreamSchema }) change: UpdateStream,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamView> {
    return this.answer(reply, await this.streams.update(caller, id, change, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'deleteSecurityEventStream',
    summary: 'Nothing more is taken from it, at once',
    description:
      'Where we made the stream at the transmitter, it is deleted there, too, if that can be done.',
  })
  @ApiProblems('security-event-stream-not-found', 'precondition-failed')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: streamIdSchema }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.streams.delete(caller, id, ifMatch);
  }

  private answer(reply: FastifyReply, stream: SecurityEventStream): StreamView {
    void reply.header('etag', entityTag(stream.version));
    return streamView(stream, this.addresses);
  }
}
