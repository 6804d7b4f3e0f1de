export { newId, type IdPrefix } from './new-id.js';
export { Database } from './database.js';
export { Transaction, type TransactionContext } from './transaction.js';
export {
  DatabaseAccessError,
  DatabaseUnavailableError,
  isCancelled,
  isDuplicate,
  isUnavailable,
} from './database-errors.js';
export { openDatabase } from './open-database.js';
export { StorageModule, dataSourceOptions, type StorageOptions } from './storage.module.js';
export {
  migrate,
  revertMigrations,
  withOwner,
  type MigrateOptions,
  type MigrationReport,
} from './migrate.js';
export { createWorkspace, type FirstWorkspace } from './create-workspace.js';
export { serviceRoles, type ServiceName } from './roles.js';
export {
  lateMs,
  Directory,
  type DueSlot,
  type EndingConsent,
  type ClaimedDelivery,
  type ClaimedItem,
  type FoundKey,
  type FoundWorkloadIdentity,
  type Located,
  type OpenJob,
  type SubscriberLane,
  type TellingLane,
} from './directory.js';
export { ReadAttribution, type AttributedReads, type ReadGap } from './read-attribution.js';
export { TokenReader, type ReadableToken } from './token-reader.js';
export {
  RefreshCalls,
  type LoadedSlot,
  type NewIntent,
  type Promotion,
  type SlotKey,
} from './refresh-calls.js';
export { GroupedCalls } from './grouped-calls.js';
export { BatchedLookup } from './batched-lookup.js';
export { ApiKeyDirectory } from './api-key-directory.js';
export { DenialLog, type RefusedAttempt } from './denial-log.js';
export { IdempotencyKeys, type AnswerSeal } from './idempotency-keys.js';
export {
  applyTransition,
  applyTransitions,
  connectionEventData,
  type TransitionCause,
} from './apply-transition.js';
export { tellOfIncident } from './tell-of-incident.js';
export { pauseConnection } from './pause-connection.js';
export { eraseConnections, lockForErasure, type ErasureCause } from './erase-connections.js';
export { RefreshWorkers, type DatabaseBeat, type SeenWorker } from './refresh-workers.js';
export {
  mostTroublesCounted,
  troubleKinds,
  TroubleRepository,
  type Trouble,
  type TroubleKind,
  type TroublePosition,
} from './repositories/trouble.repository.js';
export { readRestore, reportRestore, type ReportedConnection, type RestoreReport } from './restore-report.js';
export { Restores, type Restore } from './restores.js';
export { QuarantineRepository, type QuarantineVerdict } from './repositories/quarantine.repository.js';
export { ProviderIncidents, type ProviderIncident } from './provider-incidents.js';
export {
  Sessions,
  type ListedSession,
  type LiveSession,
  type NewSession,
  type SessionEnd,
} from './sessions.js';
export { SignIns, type Identity, type Membership, type SignIn } from './sign-ins.js';
export { MemberRepository, type Member, type MemberSource } from './repositories/member.repository.js';
export {
  ApprovalRepository,
  approvalStates,
  type Approval,
  type ApprovalState,
  type NewApproval,
} from './repositories/approval.repository.js';
export {
  InvitationRepository,
  type Invitation,
  type InvitationState,
  type NewInvitation,
} from './repositories/invitation.repository.js';
export { WorkspaceKeys } from './workspace-keys.js';
export { DeniedAccesses, type DeniedAccess } from './denied-accesses.js';

export { ApiKey } from './entities/api-key.entity.js';
export { AuditEntry } from './entities/audit-entry.entity.js';
export { AuthorizationRequest } from './entities/authorization-request.entity.js';
export { ConnectSession, type ConnectSessionState } from './entities/connect-session.entity.js';
export { Connection, type ConnectionReason } from './entities/connection.entity.js';
export { ConnectionSlot } from './entities/connection-slot.entity.js';
export { ConnectionUsage } from './entities/connection-usage.entity.js';
export { Integration, type IntegrationState } from './entities/integration.entity.js';
export { IntegrationSecret } from './entities/integration-secret.entity.js';
export { OutboxEvent } from './entities/outbox-event.entity.js';
export { RefreshAttempt, type RefreshAttemptState } from './entities/refresh-attempt.entity.js';
export {
  RevocationItem,
  type ItemVerification,
  type ProbeAnswer,
  type RevocationItemState,
  type VerifiedBy,
} from './entities/revocation-item.entity.js';
export { SecurityEvent, type SecurityEventOutcome } from './entities/security-event.entity.js';
export {
  SecurityEventStream,
  type SecurityEventAction,
  type StreamTransmitter,
} from './entities/security-event-stream.entity.js';
export { Revocation, type RevocationState } from './entities/revocation.entity.js';
export { TokenSet } from './entities/token-set.entity.js';
export {
  WorkloadIdentity,
  type WorkloadClaims,
  type WorkloadKeys,
} from './entities/workload-identity.entity.js';
export { Workspace } from './entities/workspace.entity.js';

export { ApiKeyRepository, type NewApiKey } from './repositories/api-key.repository.js';
export {
  AuthorizationRequestRepository,
  type NewAuthorizationRequest,
} from './repositories/authorization-request.repository.js';
export {
  ConnectSessionRepository,
  type NewConnectSession,
} from './repositories/connect-session.repository.js';
export { AttemptRepository, type FoundAttempt } from './repositories/attempt.repository.js';
export { AuditRepository, type AuditActor, type AuditRecord } from './repositories/audit.repository.js';
export { ConnectionRepository, type NewConnection } from './repositories/connection.repository.js';
export { IdempotencyRepository, type IdempotencyRow } from './repositories/idempotency.repository.js';
export { IntegrationRepository, type NewIntegration } from './repositories/integration.repository.js';
export { LandingRepository, type LandingState } from './repositories/landing.repository.js';
export { LiveEventRepository, type EventBatch } from './repositories/live-event.repository.js';
export { OutboxRepository } from './repositories/outbox.repository.js';
export { RelayRepository } from './repositories/relay.repository.js';
export { SlotRepository, type SlotLife } from './repositories/slot.repository.js';
export {
  TokenSetRepository,
  type NewTokenSet,
  type SealedTokens,
} from './repositories/token-set.repository.js';
export {
  ConnectionQueryRepository,
  type ListedConnection,
} from './repositories/connection-query.repository.js';
export type { ConnectionFilter } from './repositories/connection-filter.js';
export {
  ConnectionDetailRepository,
  type CurrentSet,
  type FailedAttempt,
  type Generation,
  type IntegrationFacts,
} from './repositories/connection-detail.repository.js';
export {
  ConnectLinkRepository,
  connectLinkStates,
  type ConnectLink,
  type ConnectLinkFilter,
} from './repositories/connect-link.repository.js';
export type { ConnectionListFilter } from './repositories/connection-list-filter.js';
export {
  connectionOrders,
  type ConnectionOrder,
  type ConnectionPosition,
} from './repositories/connection-walk.js';
export {
  ConnectionListRepository,
  type ConnectionListPage,
  type ConnectionListQuery,
} from './repositories/connection-list.repository.js';
export {
  SelectionRepository,
  type SelectedConnection,
  type SelectedGroup,
} from './repositories/selection.repository.js';
export {
  OverviewRepository,
  type IntegrationCount,
  type PausedIntegration,
} from './repositories/overview.repository.js';
export { ForecastRepository, type ConsentDay, type DueHour } from './repositories/forecast.repository.js';
export {
  RenewalCountRepository,
  type ProviderRenewals,
  type RenewalOutcome,
} from './repositories/renewal-count.repository.js';
export { OverviewUpkeep, type LagSample } from './overview-upkeep.js';
export {
  SavedViewRepository,
  type SavedView,
  type SavedViewContent,
} from './repositories/saved-view.repository.js';
export { PersonPreferences } from './person-preferences.js';
export { EventHourCountRepository, type HourCount } from './repositories/event-hour-count.repository.js';
export { ConsumerCursorRepository } from './repositories/consumer-cursor.repository.js';
export {
  TimelineRepository,
  type TimelinePosition,
  type TimelineRow,
} from './repositories/timeline.repository.js';
export { EngineHealthRepository, type EngineHealth } from './repositories/engine-health.repository.js';
export {
  AuditQueryRepository,
  type AuditFilter,
  type ListedAuditEntry,
} from './repositories/audit-query.repository.js';
export {
  TellingRepository,
  type EndedConnection,
  type ItemEnd,
  type ItemRetry,
} from './repositories/telling.repository.js';
export { VerificationRepository } from './repositories/verification.repository.js';
export { ProbeRepository, type ClaimedProbe } from './repositories/probe.repository.js';
export {
  RevocationRepository,
  type RevocationListFilter,
  type NewRevocationItem,
  type RevocationCounts,
} from './repositories/revocation.repository.js';
export {
  RevocationJobRepository,
  type NewRevocationJob,
  type RevokedRow,
  type TargetCounts,
  type TargetState,
} from './repositories/revocation-job.repository.js';
export {
  FreezeRepository,
  type Freeze,
  type FreezeCounts,
  type FreezeState,
  type FreezeTargetState,
  type NewFreeze,
} from './repositories/freeze.repository.js';
export { ReportKeyRepository, type ReportKey } from './repositories/report-key.repository.js';
export { FreezeTargetRepository } from './repositories/freeze-target.repository.js';
export {
  AnomalyRepository,
  anomalyRules,
  type AnomalyAction,
  type AnomalyFinding,
  type AnomalyRule,
} from './repositories/anomaly.repository.js';
export { ReadMinuteRepository, type MinuteFacts } from './repositories/read-minute.repository.js';
export { ReaderRepository, type ConnectionReader } from './repositories/reader.repository.js';
export {
  WorkloadIdentityRepository,
  type NewWorkloadIdentity,
} from './repositories/workload-identity.repository.js';
export { WorkspaceRepository, type PersonsWorkspace } from './repositories/workspace.repository.js';
export {
  TokenFingerprintRepository,
  type FingerprintedToken,
  type LookedUpToken,
} from './repositories/token-fingerprint.repository.js';
export {
  SecurityEventRepository,
  type NamedPeople,
  type NewSecurityEvent,
} from './repositories/security-event.repository.js';
export {
  SecurityEventStreamRepository,
  type NewSecurityEventStream,
} from './repositories/security-event-stream.repository.js';
export {
  leakActions,
  LeakPolicyRepository,
  type LeakAction,
  type LeakPolicy,
} from './repositories/leak-policy.repository.js';
export {
  LeakReportRepository,
  type ClaimedLeakReport,
  type NewLeakReport,
} from './repositories/leak-report.repository.js';
export {
  SecurityEventKeyRepository,
  type NewSecurityEventKey,
  type SecurityEventKey,
} from './repositories/security-event-key.repository.js';
export {
  SecurityEventSubscriberRepository,
  type NewSecurityEventSubscriber,
  type SecurityEventSubscriber,
} from './repositories/security-event-subscriber.repository.js';
export {
  SecurityEventDeliveryRepository,
  type SecurityEventDelivery,
} from './repositories/security-event-delivery.repository.js';
export {
  reaperRules,
  ReaperCandidateRepository,
  type ReaperCandidate,
  type ReaperDays,
  type ReaperRule,
} from './repositories/reaper-candidate.repository.js';
export {
  ReaperRepository,
  type ReaperPolicy,
  type ReaperSettings,
} from './repositories/reaper.repository.js';
export {
  EndUserRepository,
  type EndUserRemoval,
  type EndUserRemovalState,
} from './repositories/end-user.repository.js';
