import { Module } from '@nestjs/common';
import { ReadRetentionScheduler } from './read-retention.scheduler.js';
import { ReadersController } from './readers.controller.js';
import { ReadersService } from './readers.service.js';
import { UsageService } from './usage.service.js';

/** Who reads tokens. */
@Module({
  controllers: [ReadersController],
  providers: [UsageService, ReadRetentionScheduler, ReadersService],
  exports: [UsageService],
})
export class UsageModule {}
