import { Injectable } from '@nestjs/common';
import { Problem, requestId, type Caller } from '#platform';
import { AuditRepository, Database, SecurityEventStreamRepository, type SecurityEventStream } from '#storage';
import { newAuthorization } from '../receiving/stream-authorization.js';
import { RemoteStreamsService } from './remote-streams.service.js';
import { overlaps } from './rotation-overlap.js';
import type { Rotation } from './rotation.dto.js';
import { SecurityEventStreamsService } from './security-event-streams.service.js';

/** Another secret for a stream, while the transmitter still sends the former one. */
@Injectable()
export class StreamRotationService {
  constructor(
    private readonly database: Database,
    private readonly streams: SecurityEventStreamsService,
    private readonly remote: RemoteStreamsService,
  ) {}

  /** Taken here before the transmitter is told: whichever it sends in between is good. */
  async rotate(
    caller: Caller,
    id: string,
    wish: Rotation,
  ): Promise<{ stream: SecurityEventStream; authorization: string }> {
    const { authorization, authorizationHash } = newAuthorization();
    const rotated = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const streams = tx.get(SecurityEventStreamRepository);
      const before = await streams.lock(id);
      if (!before)
        throw new Problem('security-event-stream-not-found', `There is no stream ${id} in this workspace.`);
      const until = before.previousAuthorizationUntil;
      if (until && until > new Date() && !wish.replace_previous) throw overlaps(until);
      const lasts = wish.overlap_seconds > 0;
      await streams.update({
        ...before,
        ...(before.delivery === 'push' && { lastError: null }),
        authorizationHash,
        previousAuthorizationHash: lasts ? before.authorizationHash : null,
        previousAuthorizationUntil: lasts ? new Date(Date.now() + wish.overlap_seconds * 1_000) : null,
      });
      await tx.get(AuditRepository).append({
        actor: caller.actor,
        action: 'security_event_stream.rotated',
        subject: { type: 'security_event_stream', id },
        detail: { ...wish },
        requestId: requestId(),
      });
      return before;
    });
    await this.remote.giveAuthorization(rotated, authorization);
    return { stream: await this.streams.find(caller, id), authorization };
  }
}
