import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ConnectionUsageRepository, Database, type ConnectionReads } from '#storage';

const flushEveryMs = 5_000;

/** Counts reads per connection in memory and writes them every five seconds: a read never waits for its count. */
@Injectable()
export class UsageService implements OnApplicationShutdown {
  private readonly logger = new Logger(UsageService.name);
  private counts = new Map<string, Map<string, ConnectionReads>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  count(workspace: string, connection: string, at: Date): void {
    let connections = this.counts.get(workspace);
    if (!connections) this.counts.set(workspace, (connections = new Map<string, ConnectionReads>()));
    const known = connections.get(connection);
    if (known) {
      known.reads += 1;
      known.lastReadAt = at;
    } else connections.set(connection, { connection, reads: 1, lastReadAt: at });
    this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  /** What cannot be written is let go: it is a statistic, and the database is not there. */
  private async flush(): Promise<void> {
    this.timer = undefined;
    const counts = this.counts;
    this.counts = new Map();
    for (const [workspace, connections] of counts)
      await this.database
        .inWorkspace(workspace, (tx) => tx.get(ConnectionUsageRepository).add([...connections.values()]))
        .catch((error: unknown) => this.logger.warn({ err: error }, 'reads were not counted'));
  }
}
