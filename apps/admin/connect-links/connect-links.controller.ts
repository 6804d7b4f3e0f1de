import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentCaller,
  decodeCursor,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import { connectLinkPageSchema, connectLinksQuery, connectLinkView, filterOf } from './connect-link.view.js';
import { ConnectLinksService } from './connect-links.service.js';

const cursorShape = z.tuple([z.string().max(100)]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/connect-sessions')
export class ConnectLinksController {
  constructor(private readonly links: ConnectLinksService) {}

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listConnectSessions',
    summary: 'List connect links and what came of them, newest first',
    description: 'Never the link itself: `POST /admin/api/v1/connect-sessions` shows it once.',
  })
  @ApiAnswer(200, connectLinkPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() { workspace }: Caller,
    @Query({ schema: connectLinksQuery }) query: z.infer<typeof connectLinksQuery>,
  ): Promise<z.infer<typeof connectLinkPageSchema>> {
    const [after] = decodeCursor(query.cursor, cursorShape) ?? [];
    const rows = await this.links.list(workspace, filterOf(query), query.limit, after);
    return page(rows, query.limit, ({ id }) => [id], connectLinkView);
  }
}
