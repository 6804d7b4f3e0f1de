import { Module, type DynamicModule } from '@nestjs/common';
import { ApiAccessModule, Approvals, OutboundModule, StoresModule } from '#composition';
import { EventStream, RefreshQueue, RevocationQueue } from '#events';
import { AssertionSigner, SessionDirectory } from '#platform';
import {
  AuditEntry,
  Connection,
  ConnectionSlot,
  OutboxEvent,
  OverviewUpkeep,
  PersonPreferences,
  ProviderIncidents,
  RefreshWorkers,
  Sessions,
  SignIns,
} from '#storage';
import { AdminConfig } from './admin.config.js';
import { ApprovalHandlers, type ApprovalHandler } from './approvals/approval-handlers.js';
import { ApprovalLapseScheduler } from './approvals/approval-lapse.scheduler.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ApprovalsService } from './approvals/approvals.service.js';
import { RevocationRunService } from './approvals/revocation-run.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { ConnectLinksController } from './connect-links/connect-links.controller.js';
import { ConnectLinksService } from './connect-links/connect-links.service.js';
import { ConnectionCommandsController } from './connections/connection-commands.controller.js';
import { ConnectionCommandsService } from './connections/connection-commands.service.js';
import { ConnectionListService } from './connections/connection-list.service.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionsService } from './connections/connections.service.js';
import { DashboardBuild } from './dashboard/dashboard-build.js';
import { DashboardService } from './dashboard/dashboard.service.js';
import { EventCountsConsumer } from './event-counts/event-counts.consumer.js';
import { EventCountsService } from './event-counts/event-counts.service.js';
import { EngineHealthController } from './health/engine-health.controller.js';
import { EngineHealthService } from './health/engine-health.service.js';
import { AdminInvitationService } from './invitations/admin-invitation.service.js';
import { InvitationLinksService } from './invitations/invitation-links.service.js';
import { InvitationPagesController } from './invitations/invitation-pages.controller.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LostRightsService } from './members/lost-rights.service.js';
import { LiveEventsController } from './live/live-events.controller.js';
import { LiveEventsService } from './live/live-events.service.js';
import { MembersController } from './members/members.controller.js';
import { MembershipController } from './members/membership.controller.js';
import { MembersService } from './members/members.service.js';
import { RoleRaiseService } from './members/role-raise.service.js';
import { OverviewPartsController } from './overview/overview-parts.controller.js';
import { OverviewPartsService } from './overview/overview-parts.service.js';
import { OverviewUpkeepScheduler } from './overview/overview-upkeep.scheduler.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { PreferencesService } from './preferences/preferences.service.js';
import { SavedViewsController } from './saved-views/saved-views.controller.js';
import { SavedViewsService } from './saved-views/saved-views.service.js';
import { ForwardController } from './forward/forward.controller.js';
import { ForwardService } from './forward/forward.service.js';
import { OwnersClient } from './owners/owners.client.js';
import { LogoutService } from './sessions/logout.service.js';
import { OwnSessionService } from './sessions/own-session.service.js';
import { PersonSessionsService } from './sessions/person-sessions.service.js';
import { SessionRetentionScheduler } from './sessions/session-retention.scheduler.js';
import { SessionController } from './sessions/session.controller.js';
import { IdentitiesService } from './sign-in/identities.service.js';
import { IssuersFile } from './sign-in/issuers-file.js';
import { IssuersService } from './sign-in/issuers.service.js';
import { MembershipsService } from './sign-in/memberships.service.js';
import { OpeningService } from './sign-in/opening.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInDenialsService } from './sign-in/sign-in-denials.service.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { ProviderIncidentsController } from './troubles/provider-incidents.controller.js';
import { RefreshWorkersController } from './troubles/refresh-workers.controller.js';
import { TroublesController } from './troubles/troubles.controller.js';
import { TroublesService } from './troubles/troubles.service.js';

/** The dashboard's API: it reads through its own role and asks the owning services for every change. */
@Module({})
export class AdminModule {
  static with(config: AdminConfig, build = new DashboardBuild()): DynamicModule {
    return {
      module: AdminModule,
      imports: [
        StoresModule.with({
          service: 'admin',
          databaseUrl: config.ADMIN_DATABASE_URL,
          redisUrl: config.REDIS_URL,
          entities: [AuditEntry, Connection, ConnectionSlot, OutboxEvent],
          uses: [EventStream, RefreshQueue, RevocationQueue],
        }),
        OutboundModule.with(config),
        ApiAccessModule.forPeople(),
      ],
      controllers: [
        SignInController,
        SessionController,
        ForwardController,
        OverviewController,
        OverviewPartsController,
        LiveEventsController,
        ConnectionsController,
        ConnectionCommandsController,
        ConnectLinksController,
        SavedViewsController,
        PreferencesController,
        AuditController,
        EngineHealthController,
        TroublesController,
        ProviderIncidentsController,
        RefreshWorkersController,
        ApprovalsController,
        MembersController,
        MembershipController,
        InvitationsController,
        InvitationPagesController,
      ],
      providers: [
        { provide: AdminConfig, useValue: config },
        // Read before anything is opened: a file with faults keeps the service from starting.
        { provide: IssuersFile, useValue: new IssuersFile(config.SIGN_IN_ISSUERS_FILE) },
        {
          provide: AssertionSigner,
          useFactory: () => AssertionSigner.fromFile(config.ASSERTION_KEY_FILE, 'admin'),
        },
        { provide: DashboardBuild, useValue: build },
        DashboardService,
        Sessions,
        SignIns,
        IssuersService,
        IdentitiesService,
        MembershipsService,
        OpeningService,
        SignInService,
        SignInDenialsService,
        OwnSessionService,
        LogoutService,
        SessionRetentionScheduler,
        PersonSessionsService,
        { provide: SessionDirectory, useExisting: PersonSessionsService },
        OwnersClient,
        ForwardService,
        OverviewService,
        OverviewUpkeep,
        OverviewPartsService,
        OverviewUpkeepScheduler,
        LiveEventsService,
        ConnectionsService,
        ConnectionListService,
        ConnectionCommandsService,
        ConnectLinksService,
        SavedViewsService,
        PersonPreferences,
        PreferencesService,
        AuditService,
        EngineHealthService,
        ProviderIncidents,
        RefreshWorkers,
        TroublesService,
        EventCountsService,
        EventCountsConsumer,
        Approvals,
        RoleRaiseService,
        LostRightsService,
        AdminInvitationService,
        RevocationRunService,
        {
          // What another service owns gets its handler here.
          provide: ApprovalHandlers,
          inject: [RoleRaiseService, AdminInvitationService, RevocationRunService],
          useFactory: (...handlers: ApprovalHandler[]) => new ApprovalHandlers(handlers),
        },
        ApprovalsService,
        ApprovalLapseScheduler,
        MembersService,
        InvitationsService,
        InvitationLinksService,
      ],
    };
  }
}
