import { Module, type DynamicModule } from '@nestjs/common';
import { ApiAccessModule, Approvals, StoresModule, TokenCustodyModule } from '#composition';
import { RequestLimits, RevocationQueue } from '#events';
import {
  AuditEntry,
  Connection,
  ConnectionSlot,
  DeniedAccesses,
  Integration,
  IntegrationSecret,
  Revocation,
  RevocationItem,
  TokenSet,
} from '#storage';
import { AuditEntriesController } from './audit/audit-entries.controller.js';
import { AuditEntriesService } from './audit/audit-entries.service.js';
import { GithubKeysService } from './leak-reports/github-keys.service.js';
import { GithubReportsService } from './leak-reports/github-reports.service.js';
import { LeakActionsService } from './leak-reports/leak-actions.service.js';
import { LeakPolicyController } from './leak-reports/leak-policy.controller.js';
import { LeakPolicyService } from './leak-reports/leak-policy.service.js';
import { LeakReportsController } from './leak-reports/leak-reports.controller.js';
import { LeakReportsService } from './leak-reports/leak-reports.service.js';
import { FreezesController } from './freezes/freezes.controller.js';
import { FreezesService } from './freezes/freezes.service.js';
import { FreezingService } from './freezes/freezing.service.js';
import { JobsScheduler } from './jobs/jobs.scheduler.js';
import { reaperControllers, reaperProviders } from './reaper/reaper.providers.js';
import { RevocationAuditConfig } from './revocation-audit.config.js';
import { ReportKeysService } from './reports/report-keys.service.js';
import { ReportsController } from './reports/reports.controller.js';
import { ReportsService } from './reports/reports.service.js';
import { KillingService } from './revocations/killing.service.js';
import { NewJobsService } from './revocations/new-jobs.service.js';
import { RevocationDecisionsService } from './revocations/revocation-decisions.service.js';
import { RevocationJobsController } from './revocations/revocation-jobs.controller.js';
import { RevocationJobsService } from './revocations/revocation-jobs.service.js';
import { RevocationsController } from './revocations/revocations.controller.js';
import { RevocationsService } from './revocations/revocations.service.js';
import {
  securityEventControllers,
  securityEventEntities,
  securityEventProviders,
} from './security-events/security-events.providers.js';
import { ShownRevocationsService } from './revocations/shown-revocations.service.js';
import { SelectionService } from './selection/selection.service.js';
import { DueItemsService } from './telling/due-items.service.js';
import { FinishingService } from './telling/finishing.service.js';
import { HoldsService } from './telling/holds.service.js';
import { ItemWorkService } from './telling/item-work.service.js';
import { ItemsService } from './telling/items.service.js';
import { QuestionsService } from './telling/questions.service.js';
import { RevocationProcessor } from './telling/revocation.processor.js';
import { SettlingService } from './telling/settling.service.js';
import { VerifyingService } from './telling/verifying.service.js';
import { KnownTokensService } from './token-lookups/known-tokens.service.js';
import { TokenLookupsController } from './token-lookups/token-lookups.controller.js';
import { TokenLookupsService } from './token-lookups/token-lookups.service.js';

const entities = [
  AuditEntry,
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  Revocation,
  RevocationItem,
  TokenSet,
  ...securityEventEntities,
];

/** Revocations, durably told to providers, and the audit log. */
@Module({})
export class RevocationAuditModule {
  static with(config: RevocationAuditConfig): DynamicModule {
    return {
      module: RevocationAuditModule,
      imports: [
        StoresModule.with({
          service: 'revocation-audit',
          databaseUrl: config.REVOCATION_AUDIT_DATABASE_URL,
          redisUrl: config.REDIS_URL,
          entities,
          uses: [RequestLimits, RevocationQueue],
        }),
        TokenCustodyModule.with(config),
        ApiAccessModule.forMachines(config),
      ],
      controllers: [
        RevocationsController,
        RevocationJobsController,
        AuditEntriesController,
        TokenLookupsController,
        LeakReportsController,
        LeakPolicyController,
        ...securityEventControllers,
        ...reaperControllers,
        FreezesController,
        ReportsController,
        AuditEntriesController,
      ],
      providers: [
        { provide: RevocationAuditConfig, useValue: config },
        DeniedAccesses,
        Approvals,
        SelectionService,
        ShownRevocationsService,
        RevocationsService,
        NewJobsService,
        RevocationJobsService,
        RevocationDecisionsService,
        KillingService,
        ReportKeysService,
        ReportsService,
        FreezesService,
        FreezingService,
        JobsScheduler,
        FinishingService,
        ItemWorkService,
        QuestionsService,
        HoldsService,
        ItemsService,
        SettlingService,
        VerifyingService,
        DueItemsService,
        RevocationProcessor,
        AuditEntriesService,
        ...securityEventProviders,
        ...reaperProviders,
        KnownTokensService,
        TokenLookupsService,
        GithubKeysService,
        GithubReportsService,
        LeakReportsService,
        LeakActionsService,
        LeakPolicyService,
      ],
    };
  }
}
