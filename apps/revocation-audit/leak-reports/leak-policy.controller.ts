import { Body, Controller, Get, Headers, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiProblems, CurrentCaller, entityTag, RequirePermission, type Caller } from '#platform';
import type { LeakPolicy } from '#storage';
import {
  changeLeakPolicySchema,
  leakPolicySchema,
  leakPolicyView,
  type ChangeLeakPolicy,
  type LeakPolicyView,
} from './leak-report.dto.js';
import { LeakPolicyService } from './leak-policy.service.js';

@ApiTags('Leaked tokens')
@Controller('v1/leak-policy')
export class LeakPolicyController {
  constructor(private readonly policies: LeakPolicyService) {}

  @Get()
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'getLeakPolicy',
    summary: 'What is done about a token that a partner reports',
  })
  @ApiAnswer(200, leakPolicySchema)
  async find(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeakPolicyView> {
    return shown(await this.policies.find(caller), reply);
  }

  @Put()
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({ operationId: 'changeLeakPolicy', summary: 'Decide it' })
  @ApiAnswer(200, leakPolicySchema)
  @ApiProblems('precondition-failed')
  async change(
    @CurrentCaller() caller: Caller,
    @Body({ schema: changeLeakPolicySchema }) { action }: ChangeLeakPolicy,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeakPolicyView> {
    return shown(await this.policies.change(caller, action, ifMatch), reply);
  }
}

function shown(policy: LeakPolicy, reply: FastifyReply): LeakPolicyView {
  void reply.header('etag', entityTag(policy.version));
  return leakPolicyView(policy);
}
