import type { Provider, Type } from '@nestjs/common';
import { SecurityEvent, SecurityEventStream } from '#storage';
import { RevocationAuditConfig } from '../revocation-audit.config.js';
import { DuePollsService } from './polling/due-polls.service.js';
import { PollProcessor } from './polling/poll.processor.js';
import { PollService } from './polling/poll.service.js';
import { ConnectionActionsService } from './processing/connection-actions.service.js';
import { DueSecurityEventsService } from './processing/due-security-events.service.js';
import { InboxProcessor } from './processing/inbox.processor.js';
import { InboxService } from './processing/inbox.service.js';
import { SubjectConnectionsService } from './processing/subject-connections.service.js';
import { GlobalTokenRevocationService } from './receiving/global-token-revocation.service.js';
import { PushService } from './receiving/push.service.js';
import { ReceiverService } from './receiving/receiver.service.js';
import { SecurityEventBodies } from './receiving/security-event-bodies.js';
import { SecurityEventsController } from './receiving/security-events.controller.js';
import { StreamAccessService } from './receiving/stream-access.service.js';
import { StreamKeysService } from './receiving/stream-keys.service.js';
import { SecurityEventRetentionScheduler } from './security-event-retention.scheduler.js';
import { RemoteStreamsService } from './streams/remote-streams.service.js';
import { SecurityEventStreamsController } from './streams/security-event-streams.controller.js';
import { SecurityEventStreamsService } from './streams/security-event-streams.service.js';
import { StreamRotationController } from './streams/stream-rotation.controller.js';
import { StreamRotationService } from './streams/stream-rotation.service.js';
import { CriticalMembersService } from './streams/critical-members.service.js';
import { SsfTransmitterClient } from './streams/ssf-transmitter.client.js';
import { StreamAddresses } from './streams/stream-addresses.js';
import { StreamRulesService } from './streams/stream-rules.service.js';
import { DeliveriesService } from './transmitting/deliveries.service.js';
import { DueDeliveriesService } from './transmitting/due-deliveries.service.js';
import { IssuerKeysController } from './transmitting/issuer-keys.controller.js';
import { KeyRotationController } from './transmitting/key-rotation.controller.js';
import { SigningKeysService } from './transmitting/signing-keys.service.js';
import { SubscribersController } from './transmitting/subscribers.controller.js';
import { SubscribersService } from './transmitting/subscribers.service.js';
import { TransmissionProcessor } from './transmitting/transmission.processor.js';
import { TransmissionsService } from './transmitting/transmissions.service.js';

/** What the service is given to take security events: streams, receivers, and what is done about them. */
export const securityEventEntities: Type<object>[] = [SecurityEvent, SecurityEventStream];

export const securityEventControllers: Type<object>[] = [
  SecurityEventsController,
  IssuerKeysController,
  KeyRotationController,
  SubscribersController,
  SecurityEventStreamsController,
  StreamRotationController,
];

export const securityEventProviders: Provider[] = [
  {
    provide: StreamAddresses,
    inject: [RevocationAuditConfig],
    useFactory: ({ PUBLIC_URL }: RevocationAuditConfig) => new StreamAddresses(PUBLIC_URL),
  },
  ...[SecurityEventBodies, SecurityEventStreamsService, RemoteStreamsService, StreamRulesService],
  StreamRotationService,
  ...[
    CriticalMembersService,
    SsfTransmitterClient,
    StreamKeysService,
    StreamAccessService,
    ReceiverService,
    PushService,
  ],
  ...[GlobalTokenRevocationService, SubjectConnectionsService, ConnectionActionsService, InboxService],
  ...[DueSecurityEventsService, InboxProcessor, PollService, DuePollsService, PollProcessor],
  SecurityEventRetentionScheduler,
  ...[SigningKeysService, SubscribersService, TransmissionsService, DeliveriesService, DueDeliveriesService],
  TransmissionProcessor,
];
