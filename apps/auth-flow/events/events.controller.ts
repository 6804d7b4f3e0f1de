import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { cloudEventSchema } from '#events';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  encodeCursor,
  RequirePermission,
  type Caller,
} from '#platform';
import { EventsService } from './events.service.js';

const eventsQuery = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('`next_cursor` of the answer before; none: from the start.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const eventPageSchema = z
  .strictObject({
    data: z.array(cloudEventSchema),
    next_cursor: z.string().nullable().describe('Where to go on, also once there is something new. Keep it.'),
  })
  .meta({ id: 'EventPage' });

const cursorShape = z.tuple([z.int().nonnegative()]);

@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @RequirePermission('events:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'Every event, oldest first, from a cursor',
    description: 'The order never changes. Events are kept for seven days; ask again with the last cursor.',
  })
  @ApiAnswer(200, eventPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: eventsQuery }) { after, limit }: z.infer<typeof eventsQuery>,
  ): Promise<z.infer<typeof eventPageSchema>> {
    const data = await this.events.listAfter(caller, decodeCursor(after, cursorShape)?.[0] ?? 0, limit);
    const last = data.at(-1);
    return { data, next_cursor: last ? encodeCursor([last.position]) : (after ?? null) };
  }
}
