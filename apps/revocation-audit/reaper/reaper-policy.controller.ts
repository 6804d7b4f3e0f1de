import { Body, Controller, Get, Headers, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiProblems, CurrentCaller, entityTag, RequirePermission, type Caller } from '#platform';
import { ReaperPolicyService, type ShownPolicy } from './reaper-policy.service.js';
import {
  changeReaperPolicySchema,
  reaperPolicySchema,
  reaperPolicyView,
  type ChangeReaperPolicy,
  type ReaperPolicyView,
} from './reaper.dto.js';

@ApiTags('Reaper')
@Controller('v1/reaper-policy')
export class ReaperPolicyController {
  constructor(private readonly policies: ReaperPolicyService) {}

  @Get()
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'getReaperPolicy',
    summary: 'What is done about dead, unread and ended connections',
    description: 'Until the workspace says more, they are listed and nothing is done.',
  })
  @ApiAnswer(200, reaperPolicySchema)
  async find(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReaperPolicyView> {
    return shown(await this.policies.find(caller), reply);
  }

  @Put()
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({
    operationId: 'changeReaperPolicy',
    summary: 'Decide it',
    description:
      'The whole policy, every member of it: days are 1 to 3,650 or null, and an unknown member answers 400. Nothing is done before `next_run_at`, ten minutes later. What the former policy has under way is cancelled with this answer: what is dead stays dead, the rest lives on. Its runs are revocations that `GET /v1/revocations` shows, requested by `reaper`; above the threshold of the kill switch each waits for a second human.',
  })
  @ApiAnswer(200, reaperPolicySchema)
  @ApiProblems('precondition-failed')
  async change(
    @CurrentCaller() caller: Caller,
    @Body({ schema: changeReaperPolicySchema }) wish: ChangeReaperPolicy,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReaperPolicyView> {
    const settings = {
      ...{ deadAfterDays: wish.dead_after_days, deadAction: wish.dead_action },
      ...{ unreadAfterDays: wish.unread_after_days, unreadAction: wish.unread_action },
      ...{ eraseAfterDays: wish.erase_after_days, eraseAction: wish.erase_action },
      dailyMaximum: wish.daily_maximum,
    };
    return shown(await this.policies.change(caller, settings, ifMatch), reply);
  }
}

function shown({ policy, candidates }: ShownPolicy, reply: FastifyReply): ReaperPolicyView {
  void reply.header('etag', entityTag(policy.version));
  return reaperPolicyView(policy, candidates);
}
