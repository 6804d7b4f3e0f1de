import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RedisConnections } from '#events';
import { createService } from '#platform';
import { eventually } from '#testing';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { RefreshWorkerConfig } from './refresh-worker.config.js';
import { RefreshWorkerModule } from './refresh-worker.module.js';

export interface Connected {
  id: string;
  integration: string;
  clientId: string;
}

/** What the database says of a connection's one slot. */
export interface SlotRow {
  state: string;
  reason: { code: string } | null;
  generation: number;
  failures: number;
  dueInSeconds: number | null;
  open: boolean;
}

interface LedgerEntry {
  received_at: string;
  decided_at: string | null;
  outcome: string;
  error: string | null;
}

/** A worker in this process, beside auth-flow, over one database and one sandbox. */
export class WorkerFixture {
  private readonly workers: NestFastifyApplication[] = [];

  private constructor(readonly flow: ConnectFixture) {}

  static async start(): Promise<WorkerFixture> {
    return new WorkerFixture(await ConnectFixture.start());
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.flow.stop();
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.close()));
  }

  async startWorker(settings: Record<string, string> = {}): Promise<NestFastifyApplication> {
    const { folder, database, redis, sandbox } = this.flow;
    const config = new RefreshWorkerConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
      REFRESH_WORKER_DATABASE_URL: database.urlOf('refresh-worker'),
      REDIS_URL: redis.url,
      VAULT_KEY_FILE: join(folder, 'keys.json'),
      SPOOL_DIR: join(folder, `spool-${this.workers.length}`),
      OUTBOUND_SANDBOX_ORIGIN: sandbox.url,
      ...settings,
    });
    const module = RefreshWorkerModule.with(config);
    const worker = await createService({ service: 'refresh-worker', module, config });
    await worker.init();
    this.workers.push(worker);
    return worker;
  }

  async restartWorkers(): Promise<void> {
    await this.stopWorkers();
    await this.startWorker();
  }

  /** Connections of as many end users, of one integration. */
  async connectMany(count: number, wish: Parameters<WorkerFixture['connect']>[0] = {}): Promise<Connected[]> {
    const first = await this.connect(wish);
    const { integration, clientId } = first;
    const made = [first];
    for (let nth = 1; nth < count; nth++) {
      const session = await this.flow.session({ integration, end_user: { id: `member-${nth}` } });
      const page = await this.flow.connect(session.url);
      const { body } = await this.flow.confirm(
        session.id,
        page.leftFor!.searchParams.get('code'),
        `member-${nth}`,
      );
      made.push({ id: body['connection'] as string, integration, clientId });
    }
    return made;
  }

  /** A connection of its own integration, whose client has this persona. */
  async connect({
    persona = 'default',
    settings = {},
  }: { persona?: string; settings?: Record<string, unknown> } = {}): Promise<Connected> {
    const { flow } = this;
    const integration = await flow.newIntegration({ settings });
    const [{ clientId } = { clientId: '' }] = await flow.database.query<{ clientId: string }>(
      `SELECT client_id AS "clientId" FROM integration WHERE id = $1`,
      [integration],
    );
    await flow.control.put(`/clients/${clientId}`, { persona });
    const session = await flow.session({ integration });
    const page = await flow.connect(session.url);
    const confirmed = await flow.confirm(session.id, page.leftFor!.searchParams.get('code'));
    return { id: confirmed.body['connection'] as string, integration, clientId };
  }

  refresh({ id }: Connected) {
    return this.flow.api.post<{ outcome?: string; type?: string; generation?: number }>(
      `/v1/connections/${id}/refresh`,
    );
  }

  read({ id }: Connected) {
    return this.flow.api.get<{ access_token: string; generation: number; type?: string }>(
      `/v1/connections/${id}/token`,
    );
  }

  async row({ id }: Connected): Promise<SlotRow> {
    const [row] = await this.flow.database.query<SlotRow>(
      `SELECT c.state, c.reason, s.generation, s.failures, s.open_attempt_id IS NOT NULL AS open,
         extract(epoch FROM s.refresh_due_at - now())::int AS "dueInSeconds"
       FROM connection c JOIN connection_slot s ON s.connection_id = c.id WHERE c.id = $1`,
      [id],
    );
    return row!;
  }

  /** Lets leases and waits of a connection be over, as time would. */
  async hurry({ id }: Connected): Promise<void> {
    const { database } = this.flow;
    await database.query(
      `UPDATE connection_slot SET lease_until = now() WHERE connection_id = $1 AND lease_until IS NOT NULL`,
      [id],
    );
    await database.query(
      `UPDATE refresh_attempt SET resolve_at = now(), started_at = least(started_at, now() - interval '40 seconds') WHERE connection_id = $1 AND closed_at IS NULL`,
      [id],
    );
  }

  /** Makes what waits for its time due now, and lets a paused integration be tried again. */
  async makeDue(...connections: Connected[]): Promise<void> {
    const { database } = this.flow;
    await database.query(
      `UPDATE connection_slot SET refresh_due_at = now(), claimed_epoch = NULL, claimed_until = NULL
       WHERE connection_id = ANY ($1) AND refresh_due_at IS NOT NULL`,
      [connections.map(({ id }) => id)],
    );
    await database.query(
      `UPDATE integration SET updated_at = now() - interval '1 minute' WHERE id = ANY ($1)`,
      [connections.map(({ integration }) => integration)],
    );
    // A job that the planner has put off until the old time would keep out the one of the new.
    await this.loseQueue();
  }

  /** Redis loses all it held, and stays this spec's own. */
  async loseQueue(): Promise<void> {
    // A connection that a busy machine just lost comes back by itself.
    const { commands } = this.workers[0]!.get(RedisConnections, { strict: false });
    await eventually(() => commands.flushdb());
  }

  /** Refresh requests that the sandbox saw of a client. */
  async ledger({ clientId }: Connected): Promise<LedgerEntry[]> {
    const { body } = await this.flow.control.get<{ data: LedgerEntry[] }>(
      `/ledger?client=${clientId}&grant_type=refresh_token`,
    );
    return body.data;
  }

  /** The data of every event of a type, oldest first. */
  async eventsOfType(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.flow.database.query<{ data: Record<string, unknown> }>(
      `SELECT data FROM outbox_event WHERE workspace_id = $1 AND type = $2 ORDER BY sequence`,
      [this.flow.workspace, type],
    );
    return rows.map(({ data }) => data);
  }

  /** Event types of a subject, oldest first. */
  async events(subject: string): Promise<string[]> {
    const rows = await this.flow.database.query<{ type: string }>(
      `SELECT type FROM outbox_event WHERE subject = $1 ORDER BY sequence`,
      [subject],
    );
    return rows.map(({ type }) => type);
  }
}
