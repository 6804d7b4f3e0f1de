import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './surroundings.js';
import { WorkerProcess } from './worker-process.js';
import type { Sabotage } from './worker-protocol.js';

/** In production a second, which is let pass with the lease: see recovery.ts. */
const tickMs = 50;

/** One worker after the other on the same spool; the next is loaded while the last still lives. */
export class Crew {
  private readonly spool: string;
  readonly journal: string;
  private next: WorkerProcess;
  private started = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly sabotage: Sabotage | undefined,
  ) {
    this.spool = join(around.folder, 'spool');
    this.journal = join(around.folder, 'journal');
    mkdirSync(this.spool, { recursive: true, mode: 0o700 });
    this.next = new WorkerProcess(around.folder);
  }

  async start(): Promise<WorkerProcess> {
    const worker = this.next;
    this.next = new WorkerProcess(this.around.folder);
    const { database, servers, folder, origin } = this.around;
    await worker.tell({
      do: 'start',
      settings: {
        databaseUrl: database.urlOf('refresh-worker'),
        redisUrl: servers.redis.url,
        keyFile: join(folder, 'keys.json'),
        sandboxOrigin: origin,
        spoolFolder: this.spool,
        journal: this.journal,
        name: `kill-worker-${++this.started}`,
        tickMs,
        sabotage: this.sabotage,
      },
    });
    return worker;
  }

  /** Nothing of a dead worker goes on: Postgres may still carry out what its sockets held. */
  async nobodyIsAtWork(): Promise<void> {
    for (;;) {
      const left = await this.around.database.query(
        `SELECT FROM pg_stat_activity WHERE application_name LIKE 'kill-worker-%'`,
      );
      if (left.length === 0) return;
      await new Promise((again) => setTimeout(again, 10));
    }
  }

  /** Attempts whose answers lie in the spool, whole. */
  spooled(): string[] {
    const suffix = '.landing';
    return readdirSync(this.spool).flatMap((name) =>
      name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [],
    );
  }

  /** Attempts whose answers some worker held to be durable. */
  heldDurable(): Set<string> {
    try {
      return new Set(readFileSync(this.journal, 'utf8').split('\n'));
    } catch {
      return new Set();
    }
  }

  dismiss(): void {
    this.next.kill();
  }
}
