import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiAnswer, ApiProblems, ApiSession, CurrentCaller, RequirePermission, type Caller } from '#platform';
import {
  approveRevocationSchema,
  rejectRevocationSchema,
  revocationIdSchema,
  type RejectRevocation,
} from './revocation.dto.js';
import { revocationSchema, revocationView, type RevocationView } from './revocation.view.js';
import { RevocationDecisionsService } from './revocation-decisions.service.js';
import { RevocationJobsService } from './revocation-jobs.service.js';
import { RevocationsService } from './revocations.service.js';

const decisionProblems = [
  'revocation-not-found',
  'revocation-not-running',
  'approval-own',
  'approval-not-pending',
  'approval-content-mismatch',
  'approval-not-usable',
] as const;

@ApiTags('Revocations')
@Controller('v1/revocations')
export class RevocationJobsController {
  constructor(
    private readonly jobs: RevocationJobsService,
    private readonly decisions: RevocationDecisionsService,
    private readonly revocations: RevocationsService,
  ) {}

  @Post(':id/approve')
  @HttpCode(200)
  @ApiSession()
  @RequirePermission('approvals:decide', { freshSignIn: true })
  @ApiOperation({
    operationId: 'approveRevocation',
    summary: 'Start it, as the second human',
    description: 'Never whoever asked for it, by themselves or with a key that they made.',
  })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems(...decisionProblems)
  async approve(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
    @Body({ schema: approveRevocationSchema })
    { content_hash: hash }: z.infer<typeof approveRevocationSchema>,
  ): Promise<RevocationView> {
    return revocationView(await this.decisions.approve(caller, id, hash));
  }

  @Post(':id/reject')
  @HttpCode(200)
  @ApiSession()
  @RequirePermission('approvals:decide', { freshSignIn: true })
  @ApiOperation({ operationId: 'rejectRevocation', summary: 'Refuse it, as the second human' })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems(...decisionProblems)
  async reject(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
    @Body({ schema: rejectRevocationSchema }) { content_hash: hash, comment }: RejectRevocation,
  ): Promise<RevocationView> {
    return revocationView(await this.decisions.reject(caller, id, hash, comment));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'pauseRevocation',
    summary: 'Stop where it is',
    description:
      'No further connection dies after this answer. What is dead stays dead, and its providers are told.',
  })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems('revocation-not-found', 'revocation-not-running')
  async pause(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
  ): Promise<RevocationView> {
    return revocationView(await this.jobs.pause(caller, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @RequirePermission('connections:revoke')
  @ApiOperation({ operationId: 'resumeRevocation', summary: 'Go on with the targets that are left' })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems('revocation-not-found', 'revocation-not-running')
  async resume(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
  ): Promise<RevocationView> {
    return revocationView(await this.jobs.resume(caller, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RequirePermission('connections:revoke')
  @ApiOperation({
    operationId: 'cancelRevocation',
    summary: 'Leave the targets that are left alone, for good',
    description: 'One that waits for its approval is withdrawn: by whoever asked for it, or an admin.',
  })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems('revocation-not-found', 'revocation-not-running', 'forbidden')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
  ): Promise<RevocationView> {
    return revocationView(await this.jobs.cancel(caller, id));
  }

  @Post(':id/retry-failed')
  @HttpCode(200)
  @RequirePermission('connections:revoke')
  @ApiOperation({ operationId: 'retryRevocation', summary: 'Tell the provider again of what failed' })
  @ApiAnswer(200, revocationSchema)
  @ApiProblems('revocation-not-found')
  async retryFailed(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
  ): Promise<RevocationView> {
    return revocationView(await this.revocations.retryFailed(caller, id));
  }
}
