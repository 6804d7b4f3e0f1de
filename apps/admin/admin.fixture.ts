import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { EventStream, RedisConnections, toCloudEvent } from '#events';
import { createService } from '#platform';
import {
  AuditEntry,
  Database,
  dataSourceOptions,
  OutboxEvent,
  OutboxRepository,
  RelayRepository,
} from '#storage';
import { createDatabase, startRedis, type TestDatabase } from '#testing';
import { AdminConfig } from './admin.config.js';
import { AdminModule } from './admin.module.js';
import { assertionKeyFiles, startOwner } from './owner.fixture.js';
import { seedWorkspace } from './workspace.fixture.js';

export const adminKey = `evg_${'a'.repeat(43)}`;
export const readerKey = `evg_${'r'.repeat(43)}`;
export const strangerKey = `evg_${'s'.repeat(43)}`;

export type Json = Record<string, unknown>;
type Service = { app: NestFastifyApplication; url: string };

/** Admin over a seeded workspace, the owners that it asks, a Redis to be killed, and a worker's view of Postgres. */
export class RunningAdmin {
  app!: NestFastifyApplication;

  private constructor(
    readonly database: TestDatabase,
    readonly redis: Awaited<ReturnType<typeof startRedis>>,
    readonly connections: RedisConnections,
    readonly owners: Record<'auth-flow' | 'revocation-audit', Service>,
    private readonly source: DataSource,
    private readonly config: AdminConfig,
  ) {}

  static async start(): Promise<RunningAdmin> {
    const [database, redis] = await Promise.all([createDatabase(), startRedis()]);
    await seedWorkspace(database, {
      [adminKey]: ['wsp_1', 'key_admin', 'admin'],
      [readerKey]: ['wsp_1', 'key_reader', 'connections:read'],
      [strangerKey]: ['wsp_2', 'key_stranger', 'admin'],
    });
    const { privateFile, publicFile } = assertionKeyFiles();
    const owners = {
      'auth-flow': await startOwner('auth-flow', database, publicFile),
      'revocation-audit': await startOwner('revocation-audit', database, publicFile),
    };
    const source = new DataSource(
      dataSourceOptions({
        url: database.urlOf('refresh-worker'),
        applicationName: 'test',
        entities: [OutboxEvent, AuditEntry],
        poolSize: 2,
      }),
    );
    const config = new AdminConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'http://localhost:4000',
      ADMIN_DATABASE_URL: database.urlOf('admin'),
      REDIS_URL: redis.url,
      ASSERTION_KEY_FILE: privateFile,
      AUTH_FLOW_URL: owners['auth-flow'].url,
      REVOCATION_AUDIT_URL: owners['revocation-audit'].url,
    });
    const connections = new RedisConnections(redis.url, 'test');
    const running = new RunningAdmin(database, redis, connections, owners, await source.initialize(), config);
    running.app = await running.startReplica();
    return running;
  }

  async startReplica(): Promise<NestFastifyApplication> {
    const { config } = this;
    const app = await createService({ service: 'admin', module: AdminModule.with(config), config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  }

  /** Postgres as the refresh worker sees it. */
  get worker(): Database {
    return new Database(this.source);
  }

  async call(method: 'GET' | 'POST', path: string, payload?: object, key = adminKey) {
    const answer = await this.app.inject({
      method,
      url: `/admin/api/${path}`,
      headers: { authorization: `Bearer ${key}`, 'x-request-id': 'request-of-the-test' },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<Json>() };
  }

  /** Writes events of con_2 and gives them positions, as the relay does; publishing may be left out. */
  async emit(types: string[], { publish }: { publish: boolean }): Promise<void> {
    const data = { connection: 'con_2', integration: 'int_1', slot: 'default', generation: 2 };
    await this.worker.inWorkspace('wsp_1', async (tx) => {
      for (const type of types) await tx.get(OutboxRepository).append({ subject: 'con_2', type, data });
    });
    const events = await this.worker.inWorkspace('wsp_1', async (tx) => {
      await tx.get(RelayRepository).assignPositions(100);
      return tx.get(RelayRepository).claimUnpublished(100);
    });
    if (publish) await new EventStream(this.connections).publish(events.map(toCloudEvent));
  }

  async close(): Promise<void> {
    await this.app.close();
    for (const { app } of Object.values(this.owners)) await app.close();
    this.connections.onApplicationShutdown();
    await this.source.destroy();
    await Promise.all([this.redis.stop(), this.database.drop()]);
  }
}
