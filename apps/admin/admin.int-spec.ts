import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { EventStream, RedisConnections, toCloudEvent } from '#events';
import { createService } from '#platform';
import {
  AuditRepository,
  Database,
  dataSourceOptions,
  AuditEntry,
  OutboxEvent,
  OutboxRepository,
  RelayRepository,
} from '#storage';
import { createDatabase, startRedis, type TestDatabase } from '#testing';
import { AdminConfig } from './admin.config.js';
import { assertionKeyFiles, seedWorkspace, startOwner } from './admin.fixture.js';
import { AdminModule } from './admin.module.js';

const adminKey = `evg_${'a'.repeat(43)}`;
const readerKey = `evg_${'r'.repeat(43)}`;
const strangerKey = `evg_${'s'.repeat(43)}`;

let database: TestDatabase;
let redis: Awaited<ReturnType<typeof startRedis>>;
let connections: RedisConnections;
let worker: { source: DataSource; database: Database };
let owners: Record<'auth-flow' | 'revocation-audit', { app: NestFastifyApplication; url: string }>;
let config: AdminConfig;
let app: NestFastifyApplication;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startRedis()]);
  await seedWorkspace(database, {
    [adminKey]: ['wsp_1', 'key_admin', 'admin'],
    [readerKey]: ['wsp_1', 'key_reader', 'connections:read'],
    [strangerKey]: ['wsp_2', 'key_stranger', 'admin'],
  });
  const { privateFile, publicFile } = assertionKeyFiles();
  owners = {
    'auth-flow': await startOwner('auth-flow', database, publicFile),
    'revocation-audit': await startOwner('revocation-audit', database, publicFile),
  };
  connections = new RedisConnections(redis.url, 'test');
  const source = await new DataSource(
    dataSourceOptions({
      url: database.urlOf('refresh-worker'),
      applicationName: 'test',
      entities: [OutboxEvent, AuditEntry],
      poolSize: 2,
    }),
  ).initialize();
  worker = { source, database: new Database(source) };
  config = new AdminConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://localhost:4000',
    ADMIN_DATABASE_URL: database.urlOf('admin'),
    REDIS_URL: redis.url,
    ASSERTION_KEY_FILE: privateFile,
    AUTH_FLOW_URL: owners['auth-flow'].url,
    REVOCATION_AUDIT_URL: owners['revocation-audit'].url,
  });
  app = await startAdmin();
}, 30_000);

afterAll(async () => {
  await app.close();
  for (const owner of Object.values(owners)) await owner.app.close();
  connections.onApplicationShutdown();
  await worker.source.destroy();
  await Promise.all([redis.stop(), database.drop()]);
});

async function startAdmin(): Promise<NestFastifyApplication> {
  const started = await createService({ service: 'admin', module: AdminModule.with(config), config });
  await started.init();
  await started.getHttpAdapter().getInstance().ready();
  return started;
}

type Json = Record<string, unknown>;

async function call(method: 'GET' | 'POST', path: string, payload?: object, key = adminKey) {
  const answer = await app.inject({
    method,
    url: `/admin/api/${path}`,
    headers: { authorization: `Bearer ${key}`, 'x-request-id': 'request-of-the-test' },
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Json>() };
}

const idsOf = (body: Json): unknown[] => (body['data'] as { id: string }[]).map(({ id }) => id);

describe('the overview', () => {
  it('counts connections by state and by integration, the most unhealthy first', async () => {
    const { body } = await call('GET', 'overview?hours=2');
    expect(body).toMatchObject({
      connections: { total: 4, by_state: { active: 3, needs_reauthorization: 1, revoked: 0 } },
      integrations: [
        { id: 'int_2', connections: 2, by_state: { active: 1, needs_reauthorization: 1 } },
        { id: 'int_1', connections: 2, by_state: { active: 2, needs_reauthorization: 0 } },
      ],
      hours: [{ refreshed: 0 }, { refreshed: 0 }],
    });
  });
});

describe('the list of connections', () => {
  it.each([
    ['', ['con_4', 'con_3', 'con_2', 'con_1']],
    ['?integration=int_1', ['con_2', 'con_1']],
    ['?provider=google&state=active', ['con_4']],
    ['?end_user=ada', ['con_3', 'con_1']],
    ['?scope=write', ['con_4']],
    ['?q=con_1', ['con_1']],
    ['?q=100%25&end_user=bob', ['con_2']],
    ['?q=%25%25', []],
    ['?last_read_before=2999-01-01T00:00:00Z&created_before=2000-01-01T00:00:00Z', []],
    ['?expires_before=2999-01-01T00:00:00Z&created_after=2000-01-01T00:00:00Z&end_user=eve', ['con_4']],
  ])('is narrowed by %s', async (query, ids) => {
    expect(idsOf((await call('GET', `connections${query}`)).body)).toEqual(ids);
  });

  it('leaves out those read since', async () => {
    const now = new Date().toISOString();
    expect(idsOf((await call('GET', `connections?last_read_before=${now}&integration=int_1`)).body)).toEqual([
      'con_2',
    ]);
  });

  it('comes in pages that neither repeat nor skip', async () => {
    const first = await call('GET', 'connections?limit=3');
    const second = await call('GET', `connections?limit=3&cursor=${String(first.body['next_cursor'])}`);
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(['con_4', 'con_3', 'con_2', 'con_1']);
    expect(second.body['next_cursor']).toBeNull();
  });

  it.each([
    ['connections?cursor=nonsense', 400, 'invalid-cursor'],
    ['connections?state=dead', 400, 'invalid-request'],
    ['connections?created_after=yesterday', 400, 'invalid-request'],
    ['connections/con_9', 404, 'connection-not-found'],
    ['connections/con_9/timeline', 404, 'connection-not-found'],
    ['connections/con_1/timeline?cursor=WzllOTksMCwieCJd', 400, 'invalid-cursor'],
  ])('refuses %s', async (path, status, slug) => {
    const answer = await call('GET', path);
    expect([answer.status, answer.body['type']]).toEqual([status, `/problems/${slug}`]);
  });

  it('shows nothing of another workspace, and nothing without the scope admin', async () => {
    expect((await call('GET', 'connections', undefined, strangerKey)).body['data']).toEqual([]);
    expect((await call('GET', 'connections/con_1', undefined, strangerKey)).status).toBe(404);
    expect((await call('POST', 'connections/con_1/revoke', { reason: 'x' }, strangerKey)).status).toBe(404);
    expect((await call('GET', 'connections', undefined, readerKey)).status).toBe(403);
  });
});

describe('a change', () => {
  it('is made by the owner in the name of whoever asked', async () => {
    const paused = await call('POST', 'connections/con_4/pause');
    expect(paused).toMatchObject({ status: 200, body: { id: 'con_4', state: 'paused' } });
    expect((await call('POST', 'connections/con_4/resume')).body).toMatchObject({ state: 'active' });
    const revoked = await call('POST', 'connections/con_4/revoke', { reason: 'The laptop was stolen.' });
    expect(revoked.body).toMatchObject({ connection: { state: 'revoking' }, revocation: { id: 'rev_1' } });
    const { body } = await call('GET', 'audit?subject=con_4');
    const actor = { type: 'api_key', id: 'key_admin', name: 'name of key_admin', via: 'admin' };
    expect(body['data']).toMatchObject([
      {
        action: 'connection.revoking',
        actor,
        detail: { detail: 'The laptop was stolen.' },
        request_id: 'request-of-the-test',
      },
      { action: 'connection.resumed', actor },
      { action: 'connection.paused', actor },
    ]);
  });

  it("passes the owner's refusal on as it is", async () => {
    const again = await call('POST', 'connections/con_4/revoke', { reason: 'Again.' });
    expect(again).toMatchObject({
      status: 410,
      body: { type: '/problems/connection-revoked', detail: 'It was revoked before.', revocation: 'rev_0' },
    });
  });

  it('is refused with 503 while its owner is gone, and reading goes on', async () => {
    const { app: owner } = owners['revocation-audit'];
    await owner.close();
    const refused = await call('POST', 'connections/con_1/revoke', { reason: 'x' });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    expect(refused.body['detail']).toContain('nothing was changed');
    expect((await call('GET', 'connections/con_1')).body).toMatchObject({
      state: 'active',
      slots: [{ slot: 'default', generation: 2 }],
    });
  });
});

async function emit(types: string[], { publish }: { publish: boolean }): Promise<void> {
  await worker.database.inWorkspace('wsp_1', async (tx) => {
    for (const type of types)
      await tx.get(OutboxRepository).append({
        subject: 'con_2',
        type,
        data: { connection: 'con_2', integration: 'int_1', slot: 'default', generation: 2 },
      });
  });
  const events = await worker.database.inWorkspace('wsp_1', async (tx) => {
    await tx.get(RelayRepository).assignPositions(100);
    return tx.get(RelayRepository).claimUnpublished(100);
  });
  if (publish) await new EventStream(connections).publish(events.map(toCloudEvent));
}

async function countedEvents(): Promise<Json> {
  for (;;) {
    const { body } = await call('GET', 'overview?hours=2&integration=int_1');
    const hours = body['hours'] as Record<string, number>[];
    const sum = (name: string): number => hours.reduce((total, hour) => total + (hour[name] ?? 0), 0);
    if (body['events_not_counted'] === 0)
      return { refreshed: sum('refreshed'), failed: sum('refresh_failed') };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the counts by hour', () => {
  it('follow the event stream', async () => {
    await emit(['token.refreshed', 'token.refreshed', 'token.refresh_failed'], { publish: true });
    expect(await countedEvents()).toEqual({ refreshed: 2, failed: 1 });
  });

  it('lose nothing and count nothing twice when Redis forgets everything and two replicas start at once', async () => {
    await app.close();
    await connections.commands.flushall();
    await emit(['token.refreshed', 'token.refreshed', 'token.refreshed'], { publish: false });
    const [one, two] = await Promise.all([startAdmin(), startAdmin()]);
    app = one;
    expect(await countedEvents()).toEqual({ refreshed: 5, failed: 1 });
    await emit(['token.refreshed'], { publish: true });
    expect(await countedEvents()).toEqual({ refreshed: 6, failed: 1 });
    await two.close();
  });
});

describe('the timeline of a connection', () => {
  it('merges events, audit entries and attempts, newest first, page by page', async () => {
    await worker.database.inWorkspace('wsp_1', (tx) =>
      tx.get(AuditRepository).append({
        actor: { type: 'user', id: 'usr_1', name: 'Grace', via: 'admin' },
        action: 'connection.paused',
        subject: { type: 'connection', id: 'con_2' },
      }),
    );
    await database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, started_at, closed_at, failure_class, error_code, http_status)
       VALUES ('wsp_1', 'att_1', 'con_2', 'default', 'w', 'planned', 1, 1, 'failed', now(),
         now() - interval '1 hour', now() - interval '1 hour' + interval '250 ms', 'transient', 'server_error', 503)`,
    );
    const { body } = await call('GET', 'connections/con_2/timeline');
    const entries = body['data'] as { kind: string; at: string }[];
    expect(entries.map(({ kind }) => kind)).toEqual([
      'audit',
      ...Array<string>(7).fill('event'),
      'refresh_attempt',
    ]);
    expect(entries.at(0)).toMatchObject({ actor: { name: 'Grace' }, action: 'connection.paused' });
    expect(entries.at(1)).toMatchObject({ type: 'token.refreshed', data: { integration: 'int_1' } });
    expect(entries.at(-1)).toMatchObject({ failure_class: 'transient', http_status: 503, duration_ms: 250 });
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );

    const paged: unknown[] = [];
    let cursor: unknown;
    do {
      const query = cursor ? `&cursor=${String(cursor)}` : '';
      const page = await call('GET', `connections/con_2/timeline?limit=2${query}`);
      paged.push(...(page.body['data'] as unknown[]));
      cursor = page.body['next_cursor'];
    } while (cursor);
    expect(paged).toEqual(entries);
  });
});

describe('the health of the engine', () => {
  it('says what waits, and who is not there', async () => {
    const { body } = await call('GET', 'health');
    expect(body).toMatchObject({
      queues: { refresh: { active: 0 }, revocation: { active: 0 } },
      planner: { scheduled_slots: 4, overdue_slots: 4, open_attempts: 0 },
      outbox: { oldest_unpublished_ms: expect.any(Number), events_not_counted: 0 },
      services: { 'auth-flow': 'ok', 'revocation-audit': 'unreachable' },
    });
    const { oldest_overdue_ms } = body['planner'] as { oldest_overdue_ms: number };
    expect(oldest_overdue_ms).toBeGreaterThanOrEqual(60_000);
  });

  it('still answers without Redis', async () => {
    await redis.kill();
    expect((await call('GET', 'health')).body).toMatchObject({ queues: { refresh: null } });
    const ready = await app.inject({ url: '/health/ready' });
    expect([ready.statusCode, ready.json<Json>()['status']]).toEqual([200, 'degraded']);
    await redis.start();
  });
});

describe("admin's database role", () => {
  it('reads no column that holds anything sealed', async () => {
    const rows = await database.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea'
         AND has_column_privilege('evergrant_admin', table_name, column_name, 'SELECT') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'audit_entry.entry',
      'audit_entry.hash',
      'refresh_attempt.refresh_token_fingerprint',
    ]);
  });

  it('writes nothing but its own bookkeeping and the log', async () => {
    const rows = await database.query<{ grants: string }>(
      `SELECT table_name || ' ' || string_agg(privilege_type, ' ' ORDER BY privilege_type) AS grants
       FROM information_schema.role_table_grants
       WHERE grantee = 'evergrant_admin' AND privilege_type <> 'SELECT' GROUP BY table_name ORDER BY 1`,
    );
    expect(rows.map(({ grants }) => grants)).toEqual([
      'audit_entry INSERT',
      'consumer_cursor INSERT UPDATE',
      'denied_access INSERT UPDATE',
      'event_hour_count INSERT UPDATE',
    ]);
  });
});
