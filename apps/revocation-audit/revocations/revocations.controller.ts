import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
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
import {
  createRevocationSchema,
  revocationIdSchema,
  revocationItemPageSchema,
  revocationItemView,
  revocationPageSchema,
  revocationSchema,
  revocationView,
  type CreateRevocation,
  type RevocationView,
} from './revocation.dto.js';
import { RevocationsService } from './revocations.service.js';

const cursorShape = z.tuple([z.string()]);
type ListQuery = z.infer<typeof listQuery>;

@ApiTags('Revocations')
@Controller('v1/revocations')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Post()
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'createRevocation',
    summary: 'Revoke a connection',
    description:
      'A read begun after this answer never returns its token. The provider is told durably. A connection that is revoked already answers 200 with the revocation that did it.',
  })
  @ApiAnswer(201, revocationSchema)
  @ApiAnswer(200, revocationSchema, 'It was revoked before')
  @ApiProblems('connection-not-found')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createRevocationSchema }) wish: CreateRevocation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevocationView> {
    const created = await this.revocations.create(caller, wish);
    void reply.status(created.isNew ? 201 : 200);
    return revocationView(created);
  }

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listRevocations', summary: 'Newest first' })
  @ApiAnswer(200, revocationPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: ListQuery,
  ): Promise<z.infer<typeof revocationPageSchema>> {
    const rows = await this.revocations.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ revocation }) => [revocation.id], revocationView);
  }

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'getRevocation', summary: 'How far it is' })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems('revocation-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
  ): Promise<RevocationView> {
    return revocationView(await this.revocations.find(caller, id));
  }

  @Get(':id/items')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listRevocationItems', summary: 'What the provider was told, slot by slot' })
  @ApiAnswer(200, revocationItemPageSchema)
  @ApiProblems('revocation-not-found', 'invalid-cursor')
  async listItems(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
    @Query({ schema: listQuery }) { limit, cursor }: ListQuery,
  ): Promise<z.infer<typeof revocationItemPageSchema>> {
    const after = decodeCursor(cursor, cursorShape)?.[0];
    const rows = await this.revocations.listItems(caller, id, limit, after);
    return page(rows, limit, (item) => [item.id], revocationItemView);
  }
}
