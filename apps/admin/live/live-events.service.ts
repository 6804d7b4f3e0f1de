import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { EventStream } from '#events';
import { permissionsOfRole, Problem, Repeating, type FoundSession } from '#platform';
import { Database } from '#storage';
import { PersonSessionsService, workspaceHeader } from '../sessions/person-sessions.service.js';
import { LiveFeed } from './live-feed.js';
import { LiveStream, type StreamEnd } from './live-stream.js';

const frameMs = 250;
/** Redis may be gone, or may have lost everything: then this is how late news are. */
const pollMs = 2_000;
const checkMs = 2_000;
const retryMs = 2_000;
/** One is enough for a browser: its tabs share it. The others are of browsers that do not. */
const streamsPerSession = 4;

interface Watcher {
  stream: LiveStream;
  feed: LiveFeed;
  headers: IncomingHttpHeaders;
}

/** Who watches which workspace's events, for as long as they may. */
@Injectable()
export class LiveEventsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveEventsService.name);
  private readonly stopping = new AbortController();
  private readonly feeds = new Map<string, LiveFeed>();
  private readonly watchers = new Map<LiveStream, Watcher>();
  private readonly loops: readonly Repeating[];
  private rung = false;
  private pumpedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly events: EventStream,
    private readonly sessions: PersonSessionsService,
  ) {
    this.loops = [
      new Repeating('live-events', frameMs, () => this.pumpWhereRung()),
      new Repeating('live-sessions', checkMs, () => this.check()),
    ];
  }

  onApplicationBootstrap(): void {
    const ring = () => void (this.rung = true);
    void this.events.onPublished(LiveEventsService.name, ring, this.stopping.signal);
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops.map((loop) => loop.stop()));
    for (const { stream } of this.watchers.values()) stream.leave();
  }

  /** @throws Problem `rate-limited` where the session has too many streams open */
  async watch(session: FoundSession, headers: IncomingHttpHeaders, after?: number): Promise<Readable> {
    const workspace = session.membership!.workspace;
    const position = after ?? (await this.feedOf(workspace).newest());
    const open = [...this.watchers.keys()].filter(({ owner }) => owner.session === session.id);
    if (open.length >= streamsPerSession)
      throw new Problem('rate-limited', `A session may have ${streamsPerSession} streams open.`, {
        retryAfterSeconds: 15,
      });
    const owner = { session: session.id, workspace };
    const stream = new LiveStream(owner, position, (gone) => this.forget(gone));
    stream.retryAfter(retryMs);
    stream.tell('open', { position, workspace });
    this.remember({ stream, feed: this.feedOf(workspace), headers: credentialsIn(headers) });
    return stream.body;
  }

  private feedOf(workspace: string): LiveFeed {
    return this.feeds.get(workspace) ?? new LiveFeed(this.database, workspace);
  }

  private remember(watcher: Watcher): void {
    this.feeds.set(watcher.stream.owner.workspace, watcher.feed);
    this.watchers.set(watcher.stream, watcher);
    watcher.feed.add(watcher.stream);
    this.rung = true;
    if (this.stopping.signal.aborted) watcher.stream.leave();
  }

  private forget(stream: LiveStream): void {
    const watcher = this.watchers.get(stream);
    if (!watcher) return;
    this.watchers.delete(stream);
    watcher.feed.remove(stream);
    if (!watcher.feed.isWatched) this.feeds.delete(stream.owner.workspace);
  }

  private async pumpWhereRung(): Promise<void> {
    const now = Date.now();
    if (this.feeds.size === 0 || (!this.rung && now - this.pumpedAt < pollMs)) return;
    this.rung = false;
    this.pumpedAt = now;
    for (const feed of this.feeds.values()) await feed.pump();
  }

  /** Ends the streams of those who may not watch any more, and keeps the others alive. */
  private async check(): Promise<void> {
    for (const stream of this.watchers.keys()) stream.beat();
    for (const { stream, headers } of this.watchers.values()) {
      const end = endOf(await this.sessions.look(headers), stream);
      if (end) {
        this.logger.debug({ reason: end }, 'a stream of events ended');
        stream.end(end);
      }
    }
  }
}

/** No more of a request is kept than says whose it is. */
function credentialsIn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return { cookie: headers.cookie, [workspaceHeader]: headers[workspaceHeader] };
}

function endOf(session: FoundSession | undefined, { owner }: LiveStream): StreamEnd | undefined {
  if (!session || session.id !== owner.session) return 'session';
  const { membership } = session;
  if (membership?.workspace !== owner.workspace) return 'workspace';
  if (membership.suspended) return 'suspended';
  return permissionsOfRole(membership.role).has('events:read') ? undefined : 'role';
}
