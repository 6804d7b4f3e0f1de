import { eventually } from '#testing';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;

/** Of each worker, a second. */
const drainPerSecond = 5;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  for (let nth = 0; nth < 2; nth++)
    await fixture.startWorker({ BACKLOG_LEAST_PER_SECOND: String(drainPerSecond) });
}, 30_000);

afterAll(() => fixture.stop());
afterEach(() => fixture.flow.control.delete('/faults'));

async function standing(connections: Connected[]) {
  return fixture.flow.database.query<{ id: string; state: string; generation: number; events: number }>(
    `SELECT c.id, c.state, s.generation, (SELECT count(*)::int FROM outbox_event o
       WHERE o.subject = c.id AND o.type = 'token.refreshed') AS events
     FROM connection c JOIN connection_slot s ON s.connection_id = c.id WHERE c.id = ANY ($1)`,
    [connections.map(({ id }) => id)],
  );
}

it('loses no refresh and no event while Redis forgets everything again and again, and the schedule is whole after it', async () => {
  const connections = await fixture.connectMany(30);
  await fixture.flow.fault({ kind: 'latency', milliseconds: 50, times: 10_000 });
  await fixture.makeDue(...connections);
  for (let time = 0; time < 15; time++) {
    await fixture.loseQueue();
    await new Promise((resolve) => setTimeout(resolve, 100 + 20 * time));
  }
  await eventually(async () => {
    const rows = await standing(connections);
    expect(rows.filter(({ generation }) => generation < 2)).toEqual([]);
  }, 20_000);
  const rows = await standing(connections);
  expect(rows.map(({ state }) => state).filter((state) => state !== 'active')).toEqual([]);
  for (const { generation, events } of rows) expect(events).toBe(generation - 1);
  const granted = (await fixture.ledger(connections[0]!)).filter(({ outcome }) => outcome === 'granted');
  expect(granted).toHaveLength(rows.reduce((sum, { generation }) => sum + generation - 1, 0));
}, 60_000);

it('judges no connection while its provider is down, and drains what waited no faster than it may', async () => {
  const connections = await fixture.connectMany(40, {
    persona: 'no-rotation',
    settings: { rotation: { mode: 'none' } },
  });
  const [{ clientId }] = connections as [Connected];
  await fixture.flow.fault({ kind: 'error', status: 503, body: {}, times: 100_000, client: clientId });
  for (let time = 0; time < 8; time++) {
    await fixture.makeDue(...connections);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const down = await standing(connections);
  expect(down.filter(({ state }) => state !== 'active' && state !== 'degraded')).toEqual([]);

  await fixture.flow.control.delete('/faults');
  await fixture.loseQueue();
  const upAt = Date.now();
  // Late from the start: half a minute of outage.
  await fixture.flow.database.query(
    `UPDATE connection_slot SET refresh_due_at = now() - interval '30 seconds', claimed_epoch = NULL, claimed_until = NULL
     WHERE connection_id = ANY ($1) AND refresh_due_at IS NOT NULL`,
    [connections.map(({ id }) => id)],
  );
  const timer = setInterval(
    () =>
      void fixture.flow.database.query(
        `UPDATE connection_slot SET claimed_until = now() WHERE claimed_until > now() AND refresh_due_at < now() - interval '6 seconds'`,
      ),
    2_000,
  );
  try {
    await eventually(async () => {
      const rows = await standing(connections);
      expect(rows.filter(({ state, generation }) => state !== 'active' || generation < 2)).toEqual([]);
    }, 60_000);
  } finally {
    clearInterval(timer);
  }
  const granted = (await fixture.ledger({ clientId } as Connected))
    .filter(({ outcome }) => outcome === 'granted')
    .map(({ received_at }) => Date.parse(received_at))
    .filter((at) => at >= upAt);
  expect(granted.length).toBeGreaterThanOrEqual(connections.length);
  const windowMs = 3_000;
  const most = (windowMs / 1_000 + 2) * drainPerSecond * 2;
  for (const at of granted)
    expect(granted.filter((one) => one >= at && one < at + windowMs).length).toBeLessThanOrEqual(most);
}, 120_000);
