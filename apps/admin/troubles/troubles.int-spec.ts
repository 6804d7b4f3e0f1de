import { seedConnection } from '#testing';
import { RunningAdmin, type Persona } from '../admin.fixture.js';

let admin: RunningAdmin;

beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);

afterAll(() => admin.close());

interface Troubles {
  counts: Record<string, number>;
  data: { kind: string; connection: string; code: string | null; actions: string[] }[];
  next_cursor: string | null;
  workers: { id: string; spooled: number; running: boolean }[];
}

const ask = async (method: 'GET' | 'POST', path: string, who: Persona = 'admin') => {
  const answer = await admin.app.inject({
    method,
    url: `/admin/api${path}`,
    headers: admin.credentials(who),
    ...(method === 'POST' && { payload: {} }),
  });
  return {
    status: answer.statusCode,
    body: (answer.body ? answer.json() : {}) as Troubles & { type?: string },
  };
};

/** A connection in this state, for a reason. */
async function seed(state: string, code: string): Promise<string> {
  const { connection } = await seedConnection(admin.database, { workspace: 'wsp_1', state });
  await admin.database.query(`UPDATE connection SET reason = $2 WHERE id = $1`, [
    connection,
    JSON.stringify({ code, at: new Date().toISOString() }),
  ]);
  return connection;
}

it('lists what does not go on by itself, why, and what may be done about it', async () => {
  const degraded = await seed('degraded', 'http_503');
  const quarantined = await seed('quarantined', 'database_restored');
  const orphaned = await seed('active', 'x');
  await admin.database.query(
    `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
       deadline, closed_at) VALUES ('wsp_1', 'att_1', $1, 'default', 'wrk_1', 'planned', 1, 1, 'orphaned', now(), now())`,
    [orphaned],
  );
  await admin.database.query(
    `INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer) VALUES ('wsp_1', 'att_1', 'orphaned', 'x')`,
  );
  const { status, body } = await ask('GET', '/troubles');
  expect(status).toBe(200);
  expect(body.data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'degraded', connection: degraded, code: 'http_503' }),
      expect.objectContaining({ kind: 'quarantined', connection: quarantined, code: 'database_restored' }),
      expect.objectContaining({ kind: 'orphaned', connection: orphaned, actions: ['give-up'] }),
    ]),
  );
  expect(body.counts).toMatchObject({ quarantined: 1, orphaned: 1, in_doubt: 0 });
  const { body: some } = await ask('GET', '/troubles?kind=quarantined');
  expect(some.data.map(({ connection }) => connection)).toEqual([quarantined]);
  expect((await ask('GET', '/troubles', 'stranger')).body.data).toEqual([]);
  expect((await ask('GET', '/troubles', 'nobody')).status).toBe(404);
  expect((await ask('GET', '/troubles?kind=all')).status).toBe(400);
});

it('lists what waits for a worker, and each kind page by page', async () => {
  await admin.database.query(`UPDATE connection_slot SET refresh_due_at = NULL`);
  const waiting = [];
  for (let i = 0; i < 3; i++) {
    const { connection } = await seedConnection(admin.database, { workspace: 'wsp_1', state: 'active' });
    await admin.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() - $2 * interval '1 hour' WHERE connection_id = $1`,
      [connection, 5 - i],
    );
    waiting.push(connection);
  }
  const seen: string[] = [];
  let path = '/troubles?kind=waiting&limit=2';
  for (;;) {
    const { body } = await ask('GET', path);
    seen.push(...body.data.map(({ connection }) => connection));
    // It is due already: nobody can do more about it than workers will.
    expect(body.data.flatMap(({ actions }) => actions)).toEqual([]);
    if (!body.next_cursor) break;
    path = `/troubles?kind=waiting&limit=2&cursor=${body.next_cursor}`;
    expect((await ask('GET', path.replace('waiting', 'degraded'))).status).toBe(400);
  }
  expect(seen).toEqual(waiting);
  expect((await ask('GET', '/troubles/counts', 'viewer')).body).toMatchObject({
    waiting: 3,
    quarantined: 1,
    orphaned: 1,
    spooled: 0,
    at_least: [],
  });
});

it('gives up a worker whose disk does not come back, never one that runs', async () => {
  await admin.database.query(
    `INSERT INTO refresh_worker (id, seen_at, spooled) VALUES ('wrk_gone', now() - interval '1 hour', 3), ('wrk_here', now(), 0)`,
  );
  const { workers } = (await ask('GET', '/troubles')).body;
  expect(workers).toEqual([expect.objectContaining({ id: 'wrk_gone', spooled: 3, running: false })]);
  expect(await ask('POST', '/refresh-workers/wrk_here/give-up')).toMatchObject({
    status: 409,
    body: { type: '/problems/worker-running' },
  });
  expect((await ask('POST', '/refresh-workers/wrk_gone/give-up', 'operator')).status).toBe(403);
  expect((await ask('POST', '/refresh-workers/wrk_gone/give-up')).status).toBe(204);
  const [{ given }] = (await admin.database.query(
    `SELECT given_up_at IS NOT NULL AS given FROM refresh_worker WHERE id = 'wrk_gone'`,
  )) as [{ given: boolean }];
  expect(given).toBe(true);
  const audited = await admin.database.query(
    `SELECT DISTINCT workspace_id FROM audit_entry WHERE action = 'refresh_worker.given_up' ORDER BY 1`,
  );
  expect(audited).toEqual(await admin.database.query(`SELECT id AS workspace_id FROM workspace ORDER BY 1`));
});

it('ends a provider’s incident once', async () => {
  await admin.database.query(
    `INSERT INTO provider_incident (id, provider, kind, detail) VALUES ('inc_1', 'sandbox', 'refusals', '{"refused": 21}')`,
  );
  expect((await ask('GET', '/provider-incidents')).body.data).toEqual([
    expect.objectContaining({ id: 'inc_1', kind: 'refusals', closed_at: null, counts: { refused: 21 } }),
  ]);
  for (const workspace of ['wsp_1', 'wsp_2']) await seedConnection(admin.database, { workspace });
  expect((await ask('POST', '/provider-incidents/inc_1/end')).status).toBe(200);
  // It was of all who use the provider.
  const told = await admin.database.query(
    `SELECT workspace_id AS workspace, (SELECT count(*)::int FROM audit_entry a WHERE a.workspace_id = e.workspace_id
       AND a.action = e.type) AS audited FROM outbox_event e WHERE type = 'provider.incident_closed' ORDER BY 1`,
  );
  expect(told).toEqual([
    { workspace: 'wsp_1', audited: 1 },
    { workspace: 'wsp_2', audited: 1 },
  ]);
  expect(await ask('POST', '/provider-incidents/inc_1/end')).toMatchObject({
    status: 409,
    body: { type: '/problems/incident-not-open' },
  });
});
