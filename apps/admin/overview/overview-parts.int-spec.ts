import { OutboxRepository, OverviewUpkeep, RelayRepository } from '#storage';
import { eventually } from '#testing';
import { RunningAdmin, type Json } from '../admin.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const read = async <T = Json>(part: string, who: 'admin' | 'viewer' | 'stranger' = 'admin'): Promise<T> => {
  const { status, body } = await admin.call('GET', `overview/${part}`, undefined, who);
  expect(status).toBe(200);
  return body as T;
};
const sql = <Row extends object>(text: string, values?: unknown[]) => admin.database.query<Row>(text, values);

interface States {
  total: number;
  by_state: Record<string, number>;
  waiting_approvals: number | null;
}

/** Connections 1 to n of an integration, with a slot each. */
async function connect(count: number, integration: string, provider: string): Promise<void> {
  await sql(
    `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state,
       scopes_requested, scopes_granted, resource)
     SELECT 'wsp_1', $2 || '_' || n, $2, $3, 'authorization_code', 'user-' || n, 'active', '{}', '{}', '{}'
     FROM generate_series(1, $1::int) n`,
    [count, integration, provider],
  );
  await sql(
    `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
     SELECT 'wsp_1', $2 || '_' || n, 'default', 'slt_' || $2 || n, 1, now() + interval '90 minutes', now() + interval '1 hour'
     FROM generate_series(1, $1::int) n`,
    [count, integration],
  );
}

/** Events of con_2 with positions, as the relay gives them. */
async function tell(events: { type: string; data: Json }[]): Promise<void> {
  const about = { connection: 'con_2', integration: 'int_1', slot: 'default' };
  await admin.worker.inWorkspace('wsp_1', async (tx) => {
    await tx
      .get(OutboxRepository)
      .appendAll(events.map(({ type, data }) => ({ type, subject: 'con_2', data: { ...about, ...data } })));
    await tx.get(RelayRepository).assignPositions(1_000);
  });
}

/** A part of the overview, once all events are in it. */
async function counted<T>(part: string): Promise<T> {
  await admin.emit(['connection.resumed'], { publish: true });
  return eventually(async () => {
    expect((await read('renewals'))['events_not_counted']).toBe(0);
    return read<T>(part);
  });
}

describe('the connections by state', () => {
  const counts = async (): Promise<Record<string, number>> => {
    const rows = await sql<{ state: string; count: string }>(
      `SELECT state, count(*) FROM connection WHERE workspace_id = 'wsp_1' GROUP BY state`,
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  };

  it('are what was connected, changed and erased, however many do so at once', async () => {
    expect(await read<States>('states')).toMatchObject({
      total: 4,
      estimate: false,
      by_state: { active: 3, needs_reauthorization: 1, revoked: 0 },
    });
    await connect(200, 'int_2', 'google');
    const upkeep = new OverviewUpkeep(admin.adminDatabase);
    await Promise.all(
      ['degraded', 'active', 'revoked', 'paused', 'active'].flatMap((state, nth) =>
        Array.from({ length: 12 }, (_, i) =>
          sql(`UPDATE connection SET state = $1 WHERE workspace_id = 'wsp_1' AND id = ANY ($2)`, [
            state,
            [`int_2_${nth * 12 + i + 1}`, `int_2_${nth * 12 + i + 100}`],
          ]),
        ).concat(sql(`DELETE FROM connection WHERE id = $1`, [`int_2_${190 + nth}`])),
      ),
    );
    await Promise.all([upkeep.foldCounts(), upkeep.foldCounts(), read('states')]);
    const expected = await counts();
    const { total, by_state } = await read<States>('states');
    expect(by_state).toMatchObject(expected);
    expect(total).toBe(199);
    const [rows] = await sql<{ rows: string }>(`SELECT count(*) AS rows FROM connection_count`);
    expect(Number(rows!.rows)).toBeLessThan(20);
    expect((await admin.call('GET', 'overview')).body).toMatchObject({ connections: { total, by_state } });
  });

  it('are those of the workspace alone', async () => {
    expect(await read<States>('states', 'stranger')).toMatchObject({ total: 0 });
  });

  it('come with the approvals that wait, for those who may see approvals', async () => {
    await sql(
      `INSERT INTO approval (workspace_id, id, action, subject_type, subject_id, content, content_hash, reason,
         requested_by, lapses_at)
       SELECT 'wsp_1', 'apr_' || n, 'x', 'x', 'x', '{}', 'x', 'x', '{}', now() + n * interval '1 hour'
       FROM generate_series(-1, 1) n`,
    );
    expect((await read<States>('states')).waiting_approvals).toBe(1);
    expect((await read<States>('states', 'viewer')).waiting_approvals).toBeNull();
  });
});

describe('the renewals', () => {
  it('are counted by hour and by class of failure, every hour told of', async () => {
    const failed = (failure_class: string) => ({
      type: 'token.refresh_failed',
      data: { provider: 'sandbox', generation: 2, failure_class },
    });
    await tell([
      { type: 'token.refreshed', data: { provider: 'sandbox', generation: 3 } },
      { type: 'token.refreshed', data: { provider: 'google', generation: 3 } },
      { type: 'connection.paused', data: { provider: 'google' } },
      failed('TRANSIENT'),
      failed('THROTTLED'),
      failed('TRANSIENT'),
    ]);
    const renewals = await counted<Json & { hours: Json[] }>('renewals?hours=3');
    expect(renewals).toMatchObject({
      renewed: 2,
      failed: 3,
      success: 0.4,
      classes: [
        { class: 'TRANSIENT', count: 2 },
        { class: 'THROTTLED', count: 1 },
      ],
    });
    expect(renewals.hours).toHaveLength(3);
    expect(renewals.hours.map(({ failed: n }) => n)).toEqual(expect.arrayContaining([0, 3]));
  });

  it('tell which provider is slow, from the attempts behind them', async () => {
    await sql(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, started_at, closed_at)
       SELECT 'wsp_1', 'att_' || n, 'con_2', 'default', 'w', 'planned', n, n, 'promoted', now(), now() - interval '10 s',
         now() - interval '10 s' + CASE WHEN n % 10 = 0 THEN 3000 ELSE 100 END * interval '1 ms'
       FROM generate_series(101, 200) n`,
    );
    const renewed = Array.from({ length: 100 }, (_, i) => ({
      type: 'token.refreshed',
      data: { provider: 'slow', generation: 102 + i },
    }));
    await sql(
      `INSERT INTO provider_incident (id, provider, kind, detail) VALUES ('inc_1', 'google', 'outage', '{}')`,
    );
    await tell(renewed);
    const { data, others } = await counted<{ data: Json[]; others: number }>('providers');
    expect(data).toMatchObject([
      { provider: 'google', incident: 'outage', renewed: 1, p95_ms: null },
      { provider: 'slow', renewed: 100, failed: 0, success: 1, incident: null },
      { provider: 'sandbox', renewed: 1, failed: 3, connections: 2 },
    ]);
    expect(others).toBe(0);
    const slow = data[1] as { p50_ms: number; p95_ms: number };
    expect([Math.abs(slow.p50_ms - 100) / 100, Math.abs(slow.p95_ms - 3_000) / 3_000]).toEqual([
      expect.closeTo(0, 1),
      expect.closeTo(0, 1),
    ]);
    expect(await read('incidents')).toMatchObject({
      incidents: [{ id: 'inc_1', provider: 'google', kind: 'outage' }],
      paused_integrations: [],
    });
  });
});

describe('what is to come', () => {
  const hours = async () => read<{ estimate: boolean; overdue: number; hours: { count: number }[] }>('due');
  const sum = (of: { count: number }[]) => of.reduce((total, { count }) => total + count, 0);

  it('falls due by the hour, what is overdue apart, and nothing that is not renewed', async () => {
    await sql(`UPDATE connection_slot SET refresh_due_at = NULL WHERE connection_id LIKE 'int%'`);
    await sql(
      `UPDATE connection_slot SET expires_at = now() - interval '1 minute' WHERE connection_id = 'con_1'`,
    );
    await sql(
      `UPDATE connection_slot SET expires_at = now() + interval '80 hours' WHERE connection_id = 'con_4'`,
    );
    const due = await hours();
    expect([due.estimate, due.overdue, due.hours.length, sum(due.hours)]).toEqual([false, 1, 72, 2]);
  });

  it('is a consent by day and provider', async () => {
    await sql(
      `UPDATE connection_slot SET reauthorize_by = date_trunc('day', now(), 'UTC') + interval '5 days 3 hours'
       WHERE connection_id IN ('con_1', 'con_2', 'con_3', 'con_4')`,
    );
    const consents = await read<Json & { days: Json[] }>('reconsent');
    // con_3 waits for its user already.
    expect(consents).toMatchObject({ estimate: false, total: 3, providers: ['sandbox', 'google'] });
    expect(consents.days).toHaveLength(30);
    expect(consents.days[5]).toMatchObject({ counts: { sandbox: 2, google: 1 }, other: 0 });
  });

  it('is drawn from a sample where there is much of it, and said to be', async () => {
    await connect(6_000, 'int_1', 'sandbox');
    // Nine of ten are in the count alone: enough for what is to be drawn.
    await sql(
      `INSERT INTO connection_count (workspace_id, integration_id, provider, state, count)
       VALUES ('wsp_1', 'int_1', 'sandbox', 'active', 54000)`,
    );
    await sql(
      `UPDATE connection_slot SET reauthorize_by = now() + interval '2 days' WHERE connection_id LIKE 'int_1%'`,
    );
    await sql('ANALYZE connection_slot');
    const due = await hours();
    expect(due.estimate).toBe(true);
    expect(Math.abs(sum(due.hours) / 6_002 - 1)).toBeLessThan(0.25);
    const consents = await read<{ estimate: boolean; total: number }>('reconsent');
    expect(consents.estimate).toBe(true);
    expect(Math.abs(consents.total / 6_003 - 1)).toBeLessThan(0.25);
  });
});

describe('the lag', () => {
  it('is taken once a minute by whoever comes first, and forgotten after a day', async () => {
    const upkeep = new OverviewUpkeep(admin.adminDatabase);
    await sql(
      `INSERT INTO lag_sample VALUES (now() - interval '25 hours', 1, 1, 1), (now() - interval '5 hours', 7, 8, 9)`,
    );
    await Promise.all([upkeep.take(), upkeep.take(), upkeep.take()]);
    const { samples, objective } = await read<{ samples: Json[]; objective: Json }>('lag');
    expect(samples[0]).toMatchObject({ renewal_ms: 7, outbox_ms: 8, revocation_ms: 9 });
    const last = samples.at(-1) as { renewal_ms: number; revocation_ms: number };
    expect(last.renewal_ms).toBeGreaterThanOrEqual(60_000);
    expect(last.revocation_ms).toBe(0);
    expect(objective).toEqual({ renewal_ms: 60_000, outbox_ms: 5_000, revocation_ms: 60_000 });
    const minutes = samples.map(({ at }) => at);
    expect(new Set(minutes).size).toBe(minutes.length);
    expect(await sql(`SELECT FROM lag_sample WHERE minute < now() - interval '1 day'`)).toEqual([]);
  });
});
