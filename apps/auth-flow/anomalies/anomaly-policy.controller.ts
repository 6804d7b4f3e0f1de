import { Body, Controller, Get, Headers, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { anomalyPolicySchema, type AnomalyPolicy } from './anomaly-policy.dto.js';
import { AnomalyPolicyService, policyTag } from './anomaly-policy.service.js';

@ApiTags('Anomalies')
@Controller('v1/anomaly-policy')
export class AnomalyPolicyController {
  constructor(private readonly policy: AnomalyPolicyService) {}

  @Get()
  @RequirePermission('admin')
  @ApiOperation({ operationId: 'getAnomalyPolicy', summary: 'What is done about reads that stand out' })
  @ApiAnswer(200, anomalyPolicySchema)
  async find(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnomalyPolicy> {
    return shown(await this.policy.find(caller), reply);
  }

  @Put()
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({ operationId: 'setAnomalyPolicy', summary: 'Say what is done about reads that stand out' })
  @ApiAnswer(200, anomalyPolicySchema)
  @ApiProblems('precondition-failed')
  async set(
    @CurrentCaller() caller: Caller,
    @Body({ schema: anomalyPolicySchema }) policy: AnomalyPolicy,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnomalyPolicy> {
    return shown(await this.policy.set(caller, policy, ifMatch), reply);
  }
}

function shown(policy: AnomalyPolicy, reply: FastifyReply): AnomalyPolicy {
  void reply.header('etag', policyTag(policy));
  return policy;
}
