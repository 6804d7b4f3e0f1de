import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EventStream, RedisConnections, toCloudEvent } from '#events';
import { Metrics, Repeating } from '#platform';
import { Database, Directory, RelayRepository } from '#storage';

const idleMs = 250;
const workspaces = 200;
const batch = 500;

/**
 * Gives events their positions in Postgres and publishes them to Redis: at least once, and in order for each
 * connection, since whoever publishes a connection's events has claimed it.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = new Repeating('outbox relay', idleMs, () => this.round());
  private readonly published: ReturnType<Metrics['counter']>;
  private readonly lag: ReturnType<Metrics['histogram']>;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly stream: EventStream,
    private readonly redis: RedisConnections,
    metrics: Metrics,
  ) {
    this.published = metrics.counter({ name: 'evergrant_events_published_total', help: 'Events published' });
    this.lag = metrics.histogram({
      name: 'evergrant_outbox_lag_seconds',
      help: 'From the change to the publication of its event',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  /** Goes on at once while there is more. */
  private async round(): Promise<number> {
    const busy = await this.directory.listOutboxWorkspaces(workspaces);
    let done = 0;
    for (const { workspace, unpositioned } of busy) {
      if (unpositioned) await this.position(workspace);
      if (this.redis.isReady) done += await this.publish(workspace);
    }
    return done > 0 ? 0 : idleMs;
  }

  /** Positions do not wait for Redis: whoever reads events from Postgres sees them at once. */
  private async position(workspace: string): Promise<void> {
    await this.database.inWorkspace(workspace, (tx) => tx.get(RelayRepository).assignPositions(batch));
  }

  private async publish(workspace: string): Promise<number> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const relay = tx.get(RelayRepository);
      const events = await relay.claimUnpublished(batch);
      if (events.length === 0) return 0;
      await this.stream.publish(events.map(toCloudEvent));
      await relay.markPublished(events.map(({ id }) => id));
      const now = Date.now();
      for (const { occurredAt } of events) this.lag.observe(Math.max(0, now - occurredAt.getTime()) / 1_000);
      this.published.inc(events.length);
      return events.length;
    });
  }
}
