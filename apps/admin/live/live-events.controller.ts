import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiAnswer, ApiSession, CurrentSession, RequirePermission, type FoundSession } from '#platform';
import { LiveEventsService } from './live-events.service.js';
import { liveDescription, liveEventsSchema, liveQuery } from './live.view.js';

const position = /^\d{1,15}$/;

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/events')
export class LiveEventsController {
  constructor(private readonly live: LiveEventsService) {}

  @Get()
  @RequirePermission('events:read')
  @ApiProduces('text/event-stream')
  @ApiOperation({
    operationId: 'watchEvents',
    summary: 'Watch events as they happen',
    description: liveDescription,
  })
  @ApiAnswer(200, liveEventsSchema)
  async watch(
    @CurrentSession() session: FoundSession,
    @Req() request: FastifyRequest,
    @Query({ schema: liveQuery }) { after }: z.infer<typeof liveQuery>,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const resumed = last !== undefined && position.test(last) ? Number(last) : after;
    const body = await this.live.watch(session, request.headers, resumed);
    void reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no')
      // Else the connection would outlive its stream, and a shutdown would wait for it.
      .header('connection', 'close')
      .send(body);
  }
}
