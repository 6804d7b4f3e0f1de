import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { EventStream, RedisConnections, toCloudEvent } from '#events';
import { createService, type Role } from '#platform';
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
import { csrfTokenOf } from './sessions/session-secret.js';
import { seedPerson, seedWorkspace } from './workspace.fixture.js';

const publicUrl = 'http://localhost:4000';

/** People that the fixture knows; `stale` signed in an hour ago, `deputy` is a second admin; others go by the id that they were welcomed with. */
export type Persona = Role | 'stranger' | 'nobody' | 'stale' | 'deputy' | `usr_${string}`;

export type Json = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
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
    private readonly secrets: Record<string, string>,
  ) {}

  static async start(): Promise<RunningAdmin> {
    const [database, redis] = await Promise.all([createDatabase(), startRedis()]);
    await seedWorkspace(database);
    const secrets = await seedPeople(database);
    const { privateFile, publicFile } = assertionKeyFiles();
    const owners = {
      'auth-flow': await startOwner('auth-flow', database, publicFile),
      'revocation-audit': await startOwner('revocation-audit', database, publicFile),
    };
    const issuersFile = join(mkdtempSync(join(tmpdir(), 'evergrant-admin-')), 'issuers.json');
    writeFileSync(issuersFile, JSON.stringify({ issuers: [] }));
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
      PUBLIC_URL: publicUrl,
      ADMIN_DATABASE_URL: database.urlOf('admin'),
      REDIS_URL: redis.url,
      ASSERTION_KEY_FILE: privateFile,
      SIGN_IN_ISSUERS_FILE: issuersFile,
      AUTH_FLOW_URL: owners['auth-flow'].url,
      REVOCATION_AUDIT_URL: owners['revocation-audit'].url,
    });
    const connections = new RedisConnections(redis.url, 'test');
    const running = new RunningAdmin(
      database,
      redis,
      connections,
      owners,
      await source.initialize(),
      config,
      secrets,
    );
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

  /** Postgres as admin sees it. */
  get adminDatabase(): Database {
    return this.app.get(Database, { strict: false });
  }

  async call(method: Method, path: string, payload?: object, who: Persona = 'admin') {
    const answer = await this.app.inject({
      method,
      url: `/admin/api/${path}`,
      headers: { ...this.credentials(who), 'x-request-id': 'request-of-the-test' },
      ...(payload && { payload }),
    });
    const body = answer.body === '' ? {} : answer.json<Json>();
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  /** What a persona's browser sends from our own page. */
  credentials(who: Persona): Record<string, string> {
    const secret = this.secrets[who] ?? '';
    return { cookie: `evergrant_session=${secret}`, origin: publicUrl, 'x-csrf-token': csrfTokenOf(secret) };
  }

  /** One more person who signed in, and what they are where. */
  async welcome(id: `usr_${string}`, memberships: Record<string, Role>): Promise<void> {
    this.secrets[id] = await seedPerson(this.database, id, memberships);
  }

  /** The audit entries of one subject, oldest first. */
  async auditedOf(subject: string, workspace = 'wsp_1'): Promise<Json[]> {
    const rows = await this.database.query<{ entry: Buffer }>(
      `SELECT entry FROM audit_entry WHERE workspace_id = $1 AND subject_id = $2 ORDER BY at, id`,
      [workspace, subject],
    );
    return rows.map(({ entry }) => JSON.parse(entry.toString('utf8')) as Json);
  }

  /** What each member of a workspace is. */
  async rolesIn(workspace: string): Promise<Record<string, string>> {
    const rows = await this.database.query<{ id: string; role: string }>(
      `SELECT person_id AS id, role FROM member WHERE workspace_id = $1`,
      [workspace],
    );
    return Object.fromEntries(rows.map(({ id, role }) => [id, role]));
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

async function seedPeople(database: TestDatabase): Promise<Record<string, string>> {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  return {
    viewer: await seedPerson(database, 'usr_viewer', { wsp_1: 'viewer' }),
    auditor: await seedPerson(database, 'usr_auditor', { wsp_1: 'auditor' }),
    operator: await seedPerson(database, 'usr_operator', { wsp_1: 'operator' }),
    admin: await seedPerson(database, 'usr_admin', { wsp_1: 'admin' }),
    stranger: await seedPerson(database, 'usr_stranger', { wsp_2: 'admin' }),
    nobody: await seedPerson(database, 'usr_nobody', {}),
    stale: await seedPerson(database, 'usr_stale', { wsp_1: 'admin' }, anHourAgo),
    deputy: await seedPerson(database, 'usr_deputy', { wsp_1: 'admin' }),
  };
}
