import { Injectable } from '@nestjs/common';
import { Problem, requestId } from '#platform';
import {
  AccessTokenError,
  SecurityEventError,
  SecurityEventTokenVerifier,
  type SecurityEventToken,
} from '#resource-server';
import {
  Database,
  newId,
  SecurityEventRepository,
  SecurityEventStreamRepository,
  type SecurityEventStream,
} from '#storage';
import { RevocationAuditConfig } from '../../revocation-audit.config.js';
import { streamUpdatedType, verificationTypes } from '../processing/event-types.js';
import { InboxProcessor } from '../processing/inbox.processor.js';
import { StreamKeysService } from './stream-keys.service.js';

const retryAfterSeconds = 5;
const aDayMs = 86_400_000;
const statuses = ['enabled', 'paused', 'disabled'];

/** Takes SETs in, however they come: verified, then stored, and only then may their transmitter forget them. */
@Injectable()
export class ReceiverService {
  constructor(
    private readonly database: Database,
    private readonly keys: StreamKeysService,
    private readonly inbox: InboxProcessor,
    private readonly config: RevocationAuditConfig,
  ) {}

  /** Resolves when the SET is stored, or was before. @throws SecurityEventError, Problem `service-unavailable` */
  async receive(stream: SecurityEventStream, set: string, expectedId?: string): Promise<void> {
    const token = await this.verify(stream, set);
    if (expectedId !== undefined && token.tokenId !== expectedId)
      throw new SecurityEventError('invalid_request', 'the jti is not the one that the SET was listed by');
    checkVerification(stream, token);
    this.checkAge(token);
    await this.store(stream, token);
  }

  /** Stores what is verified; a jti that the stream had before is passed over. */
  async store(stream: SecurityEventStream, token: SecurityEventToken): Promise<void> {
    const { workspaceId: workspace, id: streamId } = stream;
    const id = newId('sev');
    const { tokenId: jti, issuedAt, events } = token;
    const subject = token.subject ?? null;
    const isNew = await this.database.inWorkspace(workspace, async (tx) => {
      const row = { id, streamId, jti, issuedAt, subject, events };
      if (!(await tx.get(SecurityEventRepository).insert(row))) return false;
      const told = toldOfStream(token);
      if (told) await tx.get(SecurityEventStreamRepository).recordTold(streamId, told);
      return true;
    });
    if (isNew) this.inbox.wake(workspace, id, requestId());
  }

  /** Its jti would no longer be known: it could come a second time. */
  private checkAge({ issuedAt }: SecurityEventToken): void {
    const days = this.config.SECURITY_EVENT_RETENTION_DAYS;
    if (issuedAt.getTime() > Date.now() - days * aDayMs) return;
    throw new SecurityEventError('invalid_request', `it was issued more than ${days} days ago`);
  }

  private async verify(stream: SecurityEventStream, set: string): Promise<SecurityEventToken> {
    const { issuer, audience } = stream;
    try {
      const keys = this.keys.of(stream);
      return await new SecurityEventTokenVerifier({ issuer, audience, keys }).verify(set.trim());
    } catch (error) {
      if (error instanceof AccessTokenError)
        throw new Problem('service-unavailable', 'The keys of the issuer cannot be had at the moment.', {
          retryAfterSeconds,
        });
      throw error;
    }
  }
}

/** SSF 1.0 8.1.4.1. A stream whose verification nobody asked us for has no state to expect. */
function checkVerification({ verificationState }: SecurityEventStream, { events }: SecurityEventToken): void {
  const state = verificationOf(events)?.['state'];
  if (state === undefined || verificationState === null || state === verificationState) return;
  throw new SecurityEventError('invalid_state', 'the state is not the one that was asked for');
}

function toldOfStream({ events }: SecurityEventToken): { verified?: boolean; status?: string } | undefined {
  const status = events[streamUpdatedType]?.['status'];
  const verified = verificationOf(events) !== undefined;
  const known = typeof status === 'string' && statuses.includes(status) ? status : undefined;
  return verified || known !== undefined ? { verified, status: known } : undefined;
}

function verificationOf(events: SecurityEventToken['events']): Readonly<Record<string, unknown>> | undefined {
  const type = verificationTypes.find((name) => Object.hasOwn(events, name));
  return type === undefined ? undefined : events[type];
}
