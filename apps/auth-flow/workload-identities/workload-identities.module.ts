import { Module } from '@nestjs/common';
import { WorkloadIdentitiesController } from './workload-identities.controller.js';
import { WorkloadIdentitiesService } from './workload-identities.service.js';
import { WorkloadRulesService } from './workload-rules.service.js';

@Module({
  controllers: [WorkloadIdentitiesController],
  providers: [WorkloadIdentitiesService, WorkloadRulesService],
})
export class WorkloadIdentitiesModule {}
