import { ReadAttribution, type AttributedReads } from '#storage';
import { withConnection } from '#embedded';
import { eventually, seedConnection, seedWorkspace, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';
import { AnomaliesService } from './anomalies.service.js';
import type { AnomalyPolicy } from './anomaly-policy.dto.js';

const day = 86_400_000;
const notify: AnomalyPolicy = {
  new_caller: 'notify',
  bulk_enumeration: 'notify',
  spike: 'notify',
  idle_connection: 'notify',
};

let fixture: ConnectFixture;
let attribution: ReadAttribution;
let anomalies: AnomaliesService;
let workspace: string;
let api: ApiClient;
/** A minute that is over. */
let minute: number;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  attribution = fixture.app.get(ReadAttribution, { strict: false });
  anomalies = fixture.app.get(AnomaliesService, { strict: false });
}, 30_000);

afterAll(() => fixture.stop());

/** Each in a workspace of its own, whose reads are attributed for a month already. */
beforeEach(async () => {
  const seeded = await seedWorkspace(fixture.database);
  ({ workspace } = seeded);
  api = fixture.api.as(seeded.apiKey);
  minute = Math.floor(Date.now() / 60_000) * 60_000 - 120_000;
  await watchedFor(30);
});

async function watchedFor(days: number): Promise<void> {
  await fixture.database.query(
    `INSERT INTO anomaly_watch (workspace_id, since, last_minute, judged_until)
     VALUES ($1, now() - make_interval(days => $2), 'epoch', $3)
     ON CONFLICT (workspace_id) DO UPDATE SET since = excluded.since, judged_until = excluded.judged_until`,
    [workspace, days, new Date(minute)],
  );
}

async function connectionOf(ageDays: number): Promise<string> {
  const { connection } = await seedConnection(fixture.database, { workspace });
  await fixture.database.query(
    `UPDATE connection SET created_at = now() - make_interval(days => $2) WHERE id = $1`,
    [connection, ageDays],
  );
  return connection;
}

const record = (connection: string, at: number, change: Partial<AttributedReads> = {}) =>
  attribution.record(workspace, [row(connection, at, change)]);

const row = (connection: string, at: number, change: Partial<AttributedReads> = {}): AttributedReads => ({
  connection,
  callerType: 'api_key',
  callerId: 'key_usual',
  network: '203.0.113.0/24',
  reads: 1,
  firstAt: new Date(at),
  lastAt: new Date(at),
  ...change,
});

/** Whoever is at it: the loop of the service does the same meanwhile. */
async function judged(): Promise<void> {
  await eventually(async () => {
    await anomalies.judgeDue();
    const left = await fixture.database.query(
      `SELECT FROM anomaly_watch w WHERE w.workspace_id = $1 AND (w.judged_until <= $2
         OR EXISTS (SELECT FROM anomaly_freeze f WHERE f.workspace_id = w.workspace_id))`,
      [workspace, new Date(minute)],
    );
    expect(left).toEqual([]);
  });
}

const told = async () =>
  (
    await fixture.database.query<{ data: Record<string, unknown> }>(
      `SELECT data FROM outbox_event WHERE workspace_id = $1 AND type = 'connection.anomaly_detected' ORDER BY sequence`,
      [workspace],
    )
  ).map(({ data }) => data);

const stateOf = async (id: string) => (await api.get(`/v1/connections/${id}`)).body['state'];

describe('reads that stand out', () => {
  it('of a new caller are told once, with who it was and from where', async () => {
    const connection = await connectionOf(10);
    await record(connection, Date.now() - 9 * day);
    await record(connection, minute + 1_000, { callerId: 'key_new', network: '198.51.100.0/24', reads: 3 });
    await judged();
    await watchedFor(30);
    await record(connection, minute + 2_000, { callerId: 'key_new' });
    await judged();
    expect(await told()).toEqual([
      {
        ...{ rule: 'new_caller', connection, count: 3, action: 'notify' },
        caller: { type: 'api_key', id: 'key_new' },
        network: '198.51.100.0/24',
        minute: new Date(minute).toISOString(),
      },
    ]);
    const audited = (await fixture.audited(connection)).filter(
      ({ action }) => action === 'connection.anomaly_detected',
    );
    expect(audited).toMatchObject([{ actor: 'service', detail: { rule: 'new_caller' } }]);
    expect(await stateOf(connection)).toBe('active');
  });

  it('are told once by however many replicas', async () => {
    const connection = await connectionOf(10);
    await record(connection, minute, { callerId: 'key_new' });
    await Promise.all(Array.from({ length: 5 }, () => anomalies.judgeDue()));
    expect(await told()).toHaveLength(1);
  });

  it('are not, where reads are attributed for too short a time', async () => {
    await watchedFor(1);
    const connection = await connectionOf(10);
    await record(connection, minute, { callerId: 'key_new' });
    await judged();
    expect(await told()).toEqual([]);
  });

  it('of a caller who goes through connections freeze those where that is the policy, and no others', async () => {
    expect(await api.put('/v1/anomaly-policy', { ...notify, bulk_enumeration: 'freeze' })).toMatchObject({
      status: 200,
    });
    const daily = await connectionOf(0);
    await fixture.database.query(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, state, scopes_requested,
         scopes_granted, resource)
       SELECT workspace_id, id || n, integration_id, provider, grant_type, 'active', '{}', '{}', '{}'
       FROM connection, generate_series(1, 120) n WHERE id = $1`,
      [daily],
    );
    await record(daily, minute - 3_600_000);
    const all = [daily, ...Array.from({ length: 120 }, (_, i) => `${daily}${i + 1}`)];
    await attribution.record(
      workspace,
      all.map((id) => row(id, minute + 5_000)),
    );
    await judged();
    expect(await told()).toMatchObject([
      { rule: 'bulk_enumeration', connection: null, count: 120, action: 'freeze' },
    ]);
    const frozen = await fixture.database.query(
      `SELECT state, reason ->> 'code' AS code, reason ->> 'detail' AS detail, count(*)::int FROM connection
       WHERE workspace_id = $1 GROUP BY 1, 2, 3 ORDER BY 1`,
      [workspace],
    );
    expect(frozen).toEqual([
      { state: 'active', code: null, detail: null, count: 1 },
      { state: 'paused', code: 'anomaly', detail: 'bulk_enumeration', count: 120 },
    ]);
    expect((await api.get(`/v1/connections/${all[1]}/token`)).body).toMatchObject({
      type: '/problems/connection-paused',
    });
    expect(await fixture.audited(all[1]!)).toMatchObject([{ action: 'connection.paused', actor: 'service' }]);
    expect(await stateOf(daily)).toBe('active');
  });

  it('far more often than in the busiest hour are a spike, and others are not', async () => {
    const [loud, busy] = [await connectionOf(10), await connectionOf(10)];
    for (const connection of [loud, busy]) await record(connection, minute - 2 * day, { reads: 1_200 });
    await record(loud, minute, { reads: 301 });
    await record(busy, minute, { reads: 200 });
    await judged();
    expect(await told()).toMatchObject([{ rule: 'spike', connection: loud, count: 301 }]);
  });

  it('of a connection that nobody read for ninety days are told, be it that nobody ever did', async () => {
    const [never, long, lately] = [await connectionOf(100), await connectionOf(200), await connectionOf(200)];
    await watchedFor(1);
    await record(long, minute - 91 * day);
    await record(lately, minute - 80 * day);
    await attribution.record(
      workspace,
      [never, long, lately].map((connection) => row(connection, minute)),
    );
    await judged();
    expect(
      (await told()).map(({ rule, connection }) => `${String(rule)} ${String(connection)}`).toSorted(),
    ).toEqual([`idle_connection ${never}`, `idle_connection ${long}`].toSorted());
  });

  it('wait until every replica has written its minute', async () => {
    const connection = await connectionOf(10);
    const isDue = `SELECT workspace_id AS id FROM list_unjudged_reads(1000) WHERE workspace_id = $1`;
    // Rolled back: nobody but this transaction sees the replica that is behind.
    await eventually(async () => {
      await watchedFor(30);
      await record(connection, minute);
      const [before, behind] = await withConnection(fixture.database.adminUrl, async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        const due = await client.query(isDue, [workspace]);
        await client.query(
          `INSERT INTO read_attribution_replica (id, flushed_at) VALUES ('behind', $1::timestamptz + interval '60 seconds')`,
          [new Date(minute)],
        );
        const later = await client.query(isDue, [workspace]);
        await client.query('ROLLBACK');
        return [due.rowCount, later.rowCount];
      });
      expect([before, behind]).toEqual([1, 0]);
    });
  });
});

describe('the anomaly policy', () => {
  it('is to notify unless somebody said otherwise, and a change is audited', async () => {
    expect((await api.get('/v1/anomaly-policy')).body).toEqual(notify);
    const wished = { ...notify, spike: 'freeze' };
    expect((await api.put('/v1/anomaly-policy', wished)).body).toEqual(wished);
    expect((await api.put('/v1/anomaly-policy', wished)).body).toEqual(wished);
    const { body, headers } = await api.get('/v1/anomaly-policy');
    const etag = headers.get('etag');
    expect(body).toEqual(wished);
    const stale = { 'if-match': '"what it was"' };
    expect(await api.put('/v1/anomaly-policy', notify, stale)).toMatchObject({
      status: 412,
      body: { type: '/problems/precondition-failed', current: wished, etag },
    });
    expect((await api.put('/v1/anomaly-policy', wished, { 'if-match': String(etag) })).status).toBe(200);
    expect(await fixture.audited(workspace)).toMatchObject([
      { action: 'anomaly_policy.changed', detail: { from: notify, to: wished } },
    ]);
  });

  it('is of one workspace alone', async () => {
    await api.put('/v1/anomaly-policy', { ...notify, spike: 'freeze' });
    expect((await fixture.api.get('/v1/anomaly-policy')).body).toEqual(notify);
  });

  it.each([[{ ...notify, spike: 'revoke' }], [{ spike: 'freeze' }], [{ ...notify, other: 'freeze' }]])(
    'refuses %j',
    async (policy) => {
      expect((await api.put('/v1/anomaly-policy', policy)).status).toBe(400);
    },
  );

  it('is changed by a person only after a fresh sign-in, and by nobody who is no admin', async () => {
    const stale = await fixture.person('admin', { signedInAt: new Date(Date.now() - 3_600_000) });
    expect(await stale.api.put('/v1/anomaly-policy', notify)).toMatchObject({
      status: 401,
      body: { type: '/problems/insufficient-user-authentication' },
    });
    expect((await stale.api.get('/v1/anomaly-policy')).status).toBe(200);
    expect((await (await fixture.person('admin')).api.put('/v1/anomaly-policy', notify)).status).toBe(200);
    expect((await (await fixture.person('operator')).api.get('/v1/anomaly-policy')).status).toBe(403);
  });
});
