import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { anomalyPolicySchema, type AnomalyPolicy } from './anomaly-policy.dto.js';
import { AnomalyPolicyService } from './anomaly-policy.service.js';

@ApiTags('Anomalies')
@Controller('v1/anomaly-policy')
export class AnomalyPolicyController {
  constructor(private readonly policy: AnomalyPolicyService) {}

  @Get()
  @RequirePermission('admin')
  @ApiOperation({ operationId: 'getAnomalyPolicy', summary: 'What is done about reads that stand out' })
  @ApiAnswer(200, anomalyPolicySchema)
  find(@CurrentCaller() caller: Caller): Promise<AnomalyPolicy> {
    return this.policy.find(caller);
  }

  @Put()
  @RequirePermission('admin', { freshSignIn: true })
  @ApiOperation({ operationId: 'setAnomalyPolicy', summary: 'Say what is done about reads that stand out' })
  @ApiAnswer(200, anomalyPolicySchema)
  set(
    @CurrentCaller() caller: Caller,
    @Body({ schema: anomalyPolicySchema }) policy: AnomalyPolicy,
  ): Promise<AnomalyPolicy> {
    return this.policy.set(caller, policy);
  }
}
