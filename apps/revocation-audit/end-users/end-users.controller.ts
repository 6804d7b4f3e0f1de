import { Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { endUserIdSchema } from './end-user-id.js';
import {
  endUserPreviewSchema,
  endUserRemovalSchema,
  endUserRemovalView,
  endUserSchema,
  removeEndUserQuery,
  type EndUserPreview,
  type EndUserRemovalView,
  type EndUserView,
  type RemoveEndUser,
} from './end-user.dto.js';
import { EndUsersService } from './end-users.service.js';

@ApiTags('End users')
@Controller('v1/end-users')
export class EndUsersController {
  constructor(private readonly endUsers: EndUsersService) {}

  @Get(':id')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'getEndUser',
    summary: 'What is held of an end user, and how far their removal is',
  })
  @ApiAnswer(200, endUserSchema)
  @ApiProblems('end-user-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: endUserIdSchema }) id: string,
  ): Promise<EndUserView> {
    return this.endUsers.find(caller, id);
  }

  @Delete(':id')
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'removeEndUser',
    summary: 'Remove an end user: revoke all their connections, then erase them',
    description:
      'Links that are open are closed with this answer. Every connection is revoked here and at its provider by one job of the kill switch, which above its threshold waits for a second human; each is erased when it came to its end there, its keys destroyed. `GET /v1/end-users/{id}` says how far it is. Asked for again it answers 200 and the removal that is under way, or that was. With `dry_run` it counts and changes nothing. A person who asks must have signed in just before.',
  })
  @ApiAnswer(202, endUserRemovalSchema, 'It is under way, or waits for its approval')
  @ApiAnswer(
    200,
    z.union([endUserRemovalSchema, endUserPreviewSchema]),
    'It was asked for before; or what a dry run found',
  )
  @ApiProblems('end-user-not-found', 'more-than-expected', 'insufficient-user-authentication')
  async remove(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: endUserIdSchema }) id: string,
    @Query({ schema: removeEndUserQuery }) query: RemoveEndUser,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EndUserRemovalView | EndUserPreview> {
    void reply.status(200);
    if (query.dry_run) return this.endUsers.preview(caller, id);
    const { reason, expected_count: expectedCount } = query;
    const { removal, isNew } = await this.endUsers.remove(caller, id, { reason, expectedCount });
    if (isNew) void reply.status(202);
    return endUserRemovalView(removal);
  }
}
