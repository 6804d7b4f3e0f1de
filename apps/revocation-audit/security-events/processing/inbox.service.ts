import { Injectable, Logger } from '@nestjs/common';
import { backoffMs } from '#oauth';
import { Metrics, runWithRequestId } from '#platform';
import type { SubjectIdentifier } from '#resource-server';
import {
  AuditRepository,
  Database,
  OutboxRepository,
  SecurityEventRepository,
  SecurityEventStreamRepository,
  type SecurityEvent,
  type SecurityEventStream,
} from '#storage';
import { ConnectionActionsService } from './connection-actions.service.js';
import { actionFor, type TakenAction } from './event-action.js';
import { SubjectConnectionsService } from './subject-connections.service.js';

/** A replica that died is waited for no longer; where an event takes longer, doing it twice does no harm. */
const leaseMs = 5_000;
const longestWaitMs = 300_000;
const atOnce = 8;
const namedInEvents = 100;
const actor = { type: 'service', id: 'security-event' } as const;

interface Decided {
  action: TakenAction;
  connections: string[];
}

/** Does what an event asks for, as often as it takes: everything that it does may be done twice. */
@Injectable()
export class InboxService {
  private readonly logger = new Logger(InboxService.name);
  private readonly latency: ReturnType<Metrics['histogram']>;

  constructor(
    private readonly database: Database,
    private readonly subjects: SubjectConnectionsService,
    private readonly actions: ConnectionActionsService,
    metrics: Metrics,
  ) {
    this.latency = metrics.histogram({
      name: 'evergrant_security_event_seconds',
      help: 'From the receipt of a security event to the end of what it asked for',
      labelNames: ['action'],
      buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    });
  }

  /** Does nothing where somebody else has the event, or it is done. */
  async process(workspace: string, id: string, requestId?: string): Promise<void> {
    const event = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventRepository).claim(id, leaseMs),
    );
    if (!event) return;
    try {
      await runWithRequestId(requestId, () => this.act(workspace, event));
    } catch (error) {
      this.logger.warn({ err: error, security_event: id }, 'a security event will be tried again');
      const inMs = backoffMs({ failures: event.attempts, random: Math.random(), maxMs: longestWaitMs });
      await this.database.inWorkspace(workspace, (tx) => tx.get(SecurityEventRepository).retry(id, inMs));
    }
  }

  private async act(workspace: string, event: SecurityEvent): Promise<void> {
    const stream = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventStreamRepository).find(event.streamId),
    );
    if (!stream) return;
    const decided = await this.decide(stream, event);
    const { action, connections } = decided;
    const because = { actor, detail: reasonOf(stream, event) };
    for (let i = 0; i < connections.length; i += atOnce)
      await this.actions.apply(workspace, action, connections.slice(i, i + atOnce), because);
    await this.finish(workspace, stream, event, decided);
    this.latency.observe({ action }, (Date.now() - event.receivedAt.getTime()) / 1_000);
  }

  private async decide(stream: SecurityEventStream, event: SecurityEvent): Promise<Decided> {
    const action = actionFor(stream, event.events);
    if (action === 'ignore' || event.subject === null) return { action, connections: [] };
    const connections = await this.subjects.find(stream, event.subject as SubjectIdentifier);
    return connections ? { action, connections } : { action: 'ignore', connections: [] };
  }

  /** Once, with its audit entry and its event. */
  private async finish(
    workspace: string,
    { id: stream, issuer }: SecurityEventStream,
    event: SecurityEvent,
    { action, connections }: Decided,
  ): Promise<void> {
    const types = Object.keys(event.events);
    const matched = connections.length;
    await this.database.inWorkspace(workspace, async (tx) => {
      if (!(await tx.get(SecurityEventRepository).finish(event.id, { action, matched }))) return;
      const told = { security_event: event.id, issuer, types, action, matched };
      await tx.get(AuditRepository).append({
        actor,
        action: 'security_event.received',
        subject: { type: 'security_event_stream', id: stream },
        detail: { ...told, jti: event.jti },
      });
      const named = connections.slice(0, namedInEvents);
      await tx.get(OutboxRepository).append({
        subject: stream,
        type: 'security_event.received',
        data: { ...told, stream, connections: named },
      });
    });
  }
}

/** The words that a connection's reason and a revocation keep. */
function reasonOf({ issuer }: SecurityEventStream, { events, id }: SecurityEvent): string {
  const names = Object.keys(events).map((type) => type.split(/[/:]/).at(-1));
  return `${names.join(', ')} from ${issuer} (${id})`.slice(0, 500);
}
