import { AuditRepository } from '#storage';
import { RunningAdmin, type Json } from '../admin.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);

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
    await admin.emit(['token.refreshed', 'token.refreshed', 'token.refresh_failed'], { publish: true });
    expect(await countedEvents()).toEqual({ refreshed: 2, failed: 1 });
  });

  it('lose nothing and count nothing twice when Redis forgets everything and two replicas start at once', async () => {
    await admin.app.close();
    await admin.connections.commands.flushall();
    await admin.emit(['token.refreshed', 'token.refreshed', 'token.refreshed'], { publish: false });
    const [one, two] = await Promise.all([admin.startReplica(), admin.startReplica()]);
    admin.app = one;
    expect(await countedEvents()).toEqual({ refreshed: 5, failed: 1 });
    await admin.emit(['token.refreshed'], { publish: true });
    expect(await countedEvents()).toEqual({ refreshed: 6, failed: 1 });
    await two.close();
  });
});

describe('the timeline of a connection', () => {
  it('merges events, audit entries and attempts, newest first, page by page', async () => {
    await admin.worker.inWorkspace('wsp_1', (tx) =>
      tx.get(AuditRepository).append({
        actor: { type: 'user', id: 'usr_1', name: 'Grace', via: 'admin' },
        action: 'connection.paused',
        subject: { type: 'connection', id: 'con_2' },
      }),
    );
    await admin.database.query(
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
    await admin.owners['revocation-audit'].app.close();
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
    await admin.redis.kill();
    expect((await call('GET', 'health')).body).toMatchObject({ queues: { refresh: null } });
    const ready = await admin.app.inject({ url: '/health/ready' });
    expect([ready.statusCode, ready.json<Json>()['status']]).toEqual([200, 'degraded']);
    await admin.redis.start();
  });
});
