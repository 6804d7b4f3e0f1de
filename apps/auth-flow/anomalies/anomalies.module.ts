import { Module } from '@nestjs/common';
import { AnomaliesService } from './anomalies.service.js';
import { AnomalyPolicyController } from './anomaly-policy.controller.js';
import { AnomalyPolicyService } from './anomaly-policy.service.js';
import { AnomalyScheduler } from './anomaly.scheduler.js';

/** Reads that stand out. */
@Module({
  controllers: [AnomalyPolicyController],
  providers: [AnomaliesService, AnomalyScheduler, AnomalyPolicyService],
})
export class AnomaliesModule {}
