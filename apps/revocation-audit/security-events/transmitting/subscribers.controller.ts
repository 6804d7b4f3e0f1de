import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  listQuery,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import { StreamAddresses } from '../streams/stream-addresses.js';
import {
  createSubscriberSchema,
  subscriberIdSchema,
  subscriberPageSchema,
  subscriberSchema,
  subscriberView,
  type CreateSubscriber,
  type SubscriberView,
} from './subscriber.dto.js';
import { SubscribersService } from './subscribers.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('Security events')
@Controller('v1/security-event-subscribers')
export class SubscribersController {
  constructor(
    private readonly subscribers: SubscribersService,
    private readonly addresses: StreamAddresses,
  ) {}

  @Post()
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'createSecurityEventSubscriber',
    summary: 'Tell somebody of revocations',
    description:
      'Each connection that is revoked from now on is told as a CAEP session-revoked SET (RFC 8417, RFC 8935), again until it is taken.',
  })
  @ApiAnswer(201, subscriberSchema)
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createSubscriberSchema }) wish: CreateSubscriber,
  ): Promise<SubscriberView> {
    return subscriberView(await this.subscribers.create(caller, wish), caller.workspace, this.addresses);
  }

  @Get()
  @RequirePermission('admin')
  @ApiOperation({ operationId: 'listSecurityEventSubscribers', summary: 'Newest first' })
  @ApiAnswer(200, subscriberPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof subscriberPageSchema>> {
    const rows = await this.subscribers.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(
      rows,
      limit,
      ({ id }) => [id],
      (row) => subscriberView(row, caller.workspace, this.addresses),
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'deleteSecurityEventSubscriber',
    summary: 'Tell it nothing more, not even what waits',
  })
  @ApiProblems('security-event-subscriber-not-found')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: subscriberIdSchema }) id: string,
  ): Promise<void> {
    await this.subscribers.delete(caller, id);
  }
}
