import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
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
import {
  approvalPageSchema,
  approvalSchema,
  approvalsQuery,
  approvalView,
  approveSchema,
  rejectSchema,
  type ApprovalView,
  type Rejection,
} from './approval.view.js';
import { ApprovalsService } from './approvals.service.js';

const idSchema = z.string().min(1).max(100);
const cursorShape = z.tuple([z.string()]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/approvals')
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Get()
  @RequirePermission('approvals:read')
  @ApiOperation({
    operationId: 'listApprovals',
    summary: 'List what needs, or needed, a second human',
    description: 'Newest first.',
  })
  @ApiAnswer(200, approvalPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: approvalsQuery }) { state, limit, cursor }: z.infer<typeof approvalsQuery>,
  ): Promise<z.infer<typeof approvalPageSchema>> {
    const rows = await this.approvals.list(caller, state, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(rows, limit, ({ approval }) => [approval.id], approvalView);
  }

  @Get(':id')
  @RequirePermission('approvals:read')
  @ApiOperation({
    operationId: 'getApproval',
    summary: 'What exactly is asked for, and whether you may decide',
  })
  @ApiAnswer(200, approvalSchema)
  @ApiProblems('approval-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<ApprovalView> {
    return approvalView(await this.approvals.find(caller, id));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @RequirePermission('approvals:decide', { freshSignIn: true })
  @ApiOperation({
    operationId: 'approveApproval',
    summary: 'Approve it; what was asked for is done',
    description: 'Never by whoever asked, with whichever key.',
  })
  @ApiAnswer(200, approvalSchema)
  @ApiProblems(
    'approval-not-found',
    'approval-own',
    'approval-not-pending',
    'approval-content-mismatch',
    'conflict',
  )
  async approve(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: approveSchema }) body: z.infer<typeof approveSchema>,
  ): Promise<ApprovalView> {
    return approvalView(await this.approvals.approve(caller, id, body.content_hash));
  }

  @Post(':id/reject')
  @HttpCode(200)
  @RequirePermission('approvals:decide', { freshSignIn: true })
  @ApiOperation({
    operationId: 'rejectApproval',
    summary: 'Reject it; nothing is done',
    description: 'Never by whoever asked: they withdraw it.',
  })
  @ApiAnswer(200, approvalSchema)
  @ApiProblems('approval-not-found', 'approval-own', 'approval-not-pending', 'approval-content-mismatch')
  async reject(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: rejectSchema }) { content_hash, comment }: Rejection,
  ): Promise<ApprovalView> {
    return approvalView(await this.approvals.reject(caller, id, content_hash, comment));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @RequirePermission('approvals:read')
  @ApiOperation({
    operationId: 'withdrawApproval',
    summary: 'Ask for it no longer',
    description: 'By whoever asked, or by an admin.',
  })
  @ApiAnswer(200, approvalSchema)
  @ApiProblems('approval-not-found', 'approval-not-pending', 'forbidden')
  async withdraw(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<ApprovalView> {
    return approvalView(await this.approvals.withdraw(caller, id));
  }
}
