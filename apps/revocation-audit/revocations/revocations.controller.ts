import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  BodyLimit,
  CurrentCaller,
  decodeCursor,
  page,
  Repeatable,
  RequirePermission,
  type Caller,
} from '#platform';
import { revocationPreviewSchema, type RevocationPreviewView } from '../selection/preview.view.js';
import {
  createRevocationSchema,
  itemsQuery,
  revocationIdSchema,
  revocationsQuery,
  type CreateRevocation,
  type ItemsQuery,
  type RevocationsQuery,
} from './revocation.dto.js';
import {
  revocationItemPageSchema,
  revocationItemView,
  revocationPageSchema,
  revocationSchema,
  revocationView,
  type RevocationView,
} from './revocation.view.js';
import { RevocationJobsService } from './revocation-jobs.service.js';
import { RevocationsService } from './revocations.service.js';
import { ShownRevocationsService } from './shown-revocations.service.js';

const cursorShape = z.tuple([z.string()]);
/** 10,000 ids. */
const bulk = 1024 * 1024;

@ApiTags('Revocations')
@Controller('v1/revocations')
export class RevocationsController {
  constructor(
    private readonly revocations: RevocationsService,
    private readonly jobs: RevocationJobsService,
    private readonly shown: ShownRevocationsService,
  ) {}

  @Post()
  @BodyLimit(bulk)
  // A leaked token is not to live a minute longer because somebody died over its first revocation. A job is not made twice.
  @Repeatable(({ selector }: CreateRevocation) => selector === undefined)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'createRevocation',
    summary: 'Revoke a connection, or all that a selector finds',
    description:
      'Of one connection it is done with this answer: a read begun after it never returns its token, and the provider is told durably. A connection that is revoked already answers 200 with the revocation that did it. Of a selection, `dry_run` counts and changes nothing; without it 202 answers a job whose targets are fixed from then on. Many of them need a second human first. A person who starts it must have signed in just before.',
  })
  @ApiAnswer(201, revocationSchema)
  @ApiAnswer(
    200,
    z.union([revocationSchema, revocationPreviewSchema]),
    'It was revoked before; or what a dry run found',
  )
  @ApiAnswer(202, revocationSchema, 'It runs, or waits for its approval')
  @ApiProblems('connection-not-found', 'more-than-expected', 'insufficient-user-authentication')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createRevocationSchema }) wish: CreateRevocation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevocationView | RevocationPreviewView> {
    const { connection = '', selector, reason = '', expected_count: expectedCount } = wish;
    void reply.status(200);
    if (selector && wish.dry_run) return this.jobs.preview(caller, selector);
    if (selector) {
      const job = await this.jobs.request(caller, { selector, reason, expectedCount });
      void reply.status(202);
      return revocationView(job);
    }
    const created = await this.revocations.create(caller, { connection, reason });
    if (created.isNew) void reply.status(201);
    return revocationView(created);
  }

  @Get()
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listRevocations', summary: 'Newest first' })
  @ApiAnswer(200, revocationPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: revocationsQuery }) { limit, cursor, of, open }: RevocationsQuery,
  ): Promise<z.infer<typeof revocationPageSchema>> {
    const rows = await this.shown.list(caller, limit, {
      ...{ of, open },
      after: decodeCursor(cursor, cursorShape)?.[0],
    });
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
    return revocationView(await this.shown.find(caller, id));
  }

  @Get(':id/items')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listRevocationItems', summary: 'What the provider was told, slot by slot' })
  @ApiAnswer(200, revocationItemPageSchema)
  @ApiProblems('revocation-not-found', 'invalid-cursor')
  async listItems(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
    @Query({ schema: itemsQuery }) { limit, cursor, state }: ItemsQuery,
  ): Promise<z.infer<typeof revocationItemPageSchema>> {
    const after = decodeCursor(cursor, cursorShape)?.[0];
    const rows = await this.shown.listItems(caller, id, limit, { after, state });
    return page(rows, limit, (item) => [item.id], revocationItemView);
  }
}
