import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentCaller,
  decodeCursor,
  entityTag,
  listQuery,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import type { Member } from '#storage';
import { approvalSchema, approvalView, type ApprovalView } from '../approvals/approval.view.js';
import {
  changeMemberSchema,
  memberPageSchema,
  memberSchema,
  memberView,
  type MemberChange,
  type MemberView,
} from './member.view.js';
import { MembersService } from './members.service.js';

const idSchema = z.string().min(1).max(100);
const cursorShape = z.tuple([z.string()]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @RequirePermission('members:read')
  @ApiOperation({ operationId: 'listMembers', summary: 'Who is what in the workspace' })
  @ApiAnswer(200, memberPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof memberPageSchema>> {
    const rows = await this.members.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ personId }) => [personId], memberView);
  }

  @Get(':id')
  @RequirePermission('members:read')
  @ApiOperation({ operationId: 'getMember', summary: 'One member' })
  @ApiAnswer(200, memberSchema)
  @ApiProblems('member-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberView> {
    return answer(reply, await this.members.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('members:write', { freshSignIn: true })
  @ApiOperation({
    operationId: 'changeMember',
    summary: 'Give a member another role',
    description:
      'Effective with their next request. Making somebody an admin needs another admin, where there is one: then it answers 202 and changes nothing until they approve.',
  })
  @ApiAnswer(200, memberSchema)
  @ApiAnswer(202, approvalSchema, 'Another admin has to approve it')
  @ApiProblems('member-not-found', 'last-admin', 'insufficient-role', 'precondition-failed')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: changeMemberSchema }) wish: MemberChange,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberView | ApprovalView> {
    const change = await this.members.changeRole(caller, id, wish, ifMatch);
    if ('member' in change) return answer(reply, change.member);
    void reply.status(202).header('location', `/admin/api/approvals/${change.approval.id}`);
    return approvalView({ approval: change.approval, obstacle: 'own' });
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('members:write', { freshSignIn: true })
  @ApiOperation({
    operationId: 'removeMember',
    summary: 'Remove a member',
    description:
      'Effective with their next request. Whom claims made a member comes back with their next sign-in.',
  })
  @ApiProblems('member-not-found', 'last-admin', 'insufficient-role', 'precondition-failed')
  async remove(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.members.remove(caller, id, ifMatch);
  }
}

function answer(reply: FastifyReply, member: Member): MemberView {
  void reply.header('etag', entityTag(member.version));
  return memberView(member);
}
