import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentCaller,
  decodeCursor,
  listQuery,
  NoStore,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import {
  awaitingInvitationSchema,
  invitationPageSchema,
  invitationView,
  invitedSchema,
  invitedView,
  inviteSchema,
  type Invite,
  type InvitedView,
} from './invitation.view.js';
import { InvitationsService } from './invitations.service.js';

const idSchema = z.string().min(1).max(100);
const cursorShape = z.tuple([z.string()]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post()
  @RequirePermission('members:write', { freshSignIn: true })
  @NoStore()
  @ApiOperation({
    operationId: 'inviteMember',
    summary: 'Invite somebody into the workspace',
    description:
      'No mail is sent: hand them the link. Inviting an admin needs another admin, where there is one: then it answers 202, and the link is dead until they approve.',
  })
  @ApiAnswer(201, invitedSchema)
  @ApiAnswer(202, awaitingInvitationSchema, 'Another admin has to approve it')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: inviteSchema }) wish: Invite,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvitedView> {
    const made = await this.invitations.create(caller, wish);
    if (made.approval) void reply.status(202).header('location', `/admin/api/approvals/${made.approval.id}`);
    return invitedView(made);
  }

  @Get()
  @RequirePermission('members:write')
  @ApiOperation({ operationId: 'listInvitations', summary: 'Newest first, never their links' })
  @ApiAnswer(200, invitationPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof invitationPageSchema>> {
    const rows = await this.invitations.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ id }) => [id], invitationView);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('members:write')
  @ApiOperation({ operationId: 'revokeInvitation', summary: 'Revoke it; its link is dead at once' })
  @ApiProblems('invitation-not-found', 'conflict', 'approval-not-pending')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<void> {
    await this.invitations.revoke(caller, id);
  }
}
