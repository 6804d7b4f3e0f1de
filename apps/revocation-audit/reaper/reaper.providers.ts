import type { Provider, Type } from '@nestjs/common';
import { EndUsersController } from '../end-users/end-users.controller.js';
import { EndUsersService } from '../end-users/end-users.service.js';
import { RemovalsScheduler } from '../end-users/removals.scheduler.js';
import { RemovingService } from '../end-users/removing.service.js';
import { ReaperCandidatesController } from './reaper-candidates.controller.js';
import { ReaperJobsService } from './reaper-jobs.service.js';
import { ReaperPolicyController } from './reaper-policy.controller.js';
import { ReaperPolicyService } from './reaper-policy.service.js';
import { ReaperScheduler } from './reaper.scheduler.js';
import { ReaperService } from './reaper.service.js';
import { SparingService } from './sparing.service.js';

/** What the service is given to clear away what nobody needs: by policy, and by end user. */
export const reaperControllers: Type<object>[] = [
  ReaperPolicyController,
  ReaperCandidatesController,
  EndUsersController,
];

export const reaperProviders: Provider[] = [
  ...[SparingService, ReaperJobsService, ReaperPolicyService, ReaperService, ReaperScheduler],
  ...[EndUsersService, RemovingService, RemovalsScheduler],
];
