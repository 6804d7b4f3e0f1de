import { eventually } from '#testing';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
}, 30_000);

/** What the workers remember of the provider is of this test alone. */
beforeEach(async () => {
  await fixture.stopWorkers();
  await fixture.flow.database.query(`DELETE FROM provider_incident`);
  await fixture.startWorker();
  await fixture.loseQueue();
}, 20_000);

afterAll(() => fixture.stop());
afterEach(() => fixture.flow.control.delete('/faults'));

const incidents = () =>
  fixture.flow.database.query<{ kind: string; closed: boolean }>(
    `SELECT kind, closed_at IS NOT NULL AS closed FROM provider_incident ORDER BY opened_at`,
  );

const statesOf = async (connections: Connected[]): Promise<Record<string, number>> => {
  const rows = await fixture.flow.database.query<{ state: string; count: number }>(
    `SELECT state, count(*)::int AS count FROM connection WHERE id = ANY ($1) GROUP BY state`,
    [connections.map(({ id }) => id)],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

describe('limits', () => {
  it('of an integration hold over all workers, and its refreshes wait in the queue', async () => {
    await fixture.startWorker();
    const connections = await fixture.connectMany(12);
    const [{ integration, clientId }] = connections as [Connected];
    const { status } = await fixture.flow.api.patch(`/v1/integrations/${integration}`, {
      limits: { requests_per_second: 4, concurrency: 2 },
    });
    expect(status).toBe(200);
    await fixture.flow.fault({ kind: 'latency', milliseconds: 300, times: 10_000, client: clientId });
    await fixture.makeDue(...connections);
    await eventually(async () => {
      const rows = await fixture.flow.database.query(
        `SELECT FROM connection_slot WHERE connection_id = ANY ($1) AND generation >= 2`,
        [connections.map(({ id }) => id)],
      );
      expect(rows).toHaveLength(12);
    }, 20_000);
    const asked = (await fixture.ledger({ clientId } as Connected)).map(({ received_at, decided_at }) => ({
      from: Date.parse(received_at),
      until: Date.parse(decided_at!),
    }));
    expect(asked.length).toBeGreaterThanOrEqual(12);
    for (const { from } of asked) {
      expect(asked.filter((one) => one.from <= from && one.until > from).length).toBeLessThanOrEqual(2);
      // A fixed window of a second lets twice as many through around its end.
      expect(asked.filter((one) => one.from >= from && one.from < from + 1_000).length).toBeLessThanOrEqual(
        8,
      );
    }
  }, 60_000);

  it.each([
    [{ concurrency: 0 }, '/limits/concurrency'],
    [{ requests_per_second: 0 }, '/limits/requests_per_second'],
    [{ burst: 3 }, '/limits/burst'],
  ])('%j are refused with a pointer', async (limits, pointer) => {
    const { integration } = (await fixture.connectMany(1))[0]!;
    const { status, body } = await fixture.flow.api.patch<{ errors: { pointer: string }[] }>(
      `/v1/integrations/${integration}`,
      { limits },
    );
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer })]);
  });
});

describe('a provider that suddenly refuses everybody', () => {
  it('has an incident: its refusals are believed no more, until probes find it well', async () => {
    const connections = await fixture.connectMany(40);
    await fixture.flow.fault({ kind: 'error', status: 400, body: { error: 'invalid_grant' }, times: 10_000 });
    await fixture.makeDue(...connections);
    await eventually(
      async () => expect(await incidents()).toEqual([{ kind: 'refusals', closed: false }]),
      15_000,
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // Fewer than twenty tell nothing; from then on nobody is judged.
    const { needs_reauthorization: judged = 0 } = await statesOf(connections);
    expect(judged).toBeLessThan(20);
    const opened = await fixture.eventsOfType('provider.incident_opened');
    expect(opened).toEqual([
      expect.objectContaining({ provider: 'sandbox', kind: 'refusals', closed_at: null }),
    ]);

    await fixture.flow.control.delete('/faults');
    await eventually(async () => {
      await fixture.makeDue(...connections);
      expect(await incidents()).toEqual([{ kind: 'refusals', closed: true }]);
    }, 40_000);
    expect(await fixture.eventsOfType('provider.incident_closed')).toHaveLength(1);
    await eventually(async () => {
      await fixture.makeDue(...connections);
      expect(await statesOf(connections)).toEqual({
        active: 40 - judged,
        ...(judged > 0 && { needs_reauthorization: judged }),
      });
    }, 20_000);
  }, 120_000);
});

describe('a provider that is down', () => {
  it('costs no connection, and is asked again by one request at a time', async () => {
    const connections = await fixture.connectMany(30);
    const [{ clientId }] = connections as [Connected];
    await fixture.flow.fault({ kind: 'error', status: 503, body: {}, times: 10_000, client: clientId });
    await fixture.makeDue(...connections);
    // Not made due again meanwhile: that empties Redis, and with it what the workers counted.
    await eventually(
      async () => expect((await incidents()).at(-1)).toEqual({ kind: 'outage', closed: false }),
      30_000,
    );
    const before = (await fixture.ledger({ clientId } as Connected)).length;
    await fixture.makeDue(...connections);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const probes = (await fixture.ledger({ clientId } as Connected)).length - before;
    expect(probes).toBeLessThanOrEqual(2);
    const { needs_reauthorization: lost = 0 } = await statesOf(connections);
    expect(lost).toBe(0);
    expect((await fixture.read(connections[0]!)).status).toBe(200);
  }, 60_000);
});

describe('refusals of connections that were revoked here meanwhile', () => {
  it('say nothing of the provider: whoever lost the slot does not count', async () => {
    const [other, ...revoked] = await fixture.connectMany(26);
    const { database, control } = fixture.flow;
    const at = { endpoint: 'token', client: other!.clientId };
    const refused = { kind: 'error', status: 400, body: { error: 'invalid_grant' } };
    await control.put('/faults', {
      faults: [
        { ...at, kind: 'latency', milliseconds: 1_000 },
        { ...at, ...refused },
      ],
    });
    const ids = revoked.map(({ id }) => id);
    await fixture.makeDue(...revoked);
    // Each is revoked while its refresh is on the way, until none is left.
    await eventually(async () => {
      const caught = await database.query<{ id: string }>(
        `UPDATE connection SET state = 'revoking' WHERE id = ANY ($1) AND state = 'active' AND EXISTS (
           SELECT FROM connection_slot s WHERE s.connection_id = connection.id AND s.open_attempt_id IS NOT NULL) RETURNING id`,
        [ids],
      );
      await database.query(
        `UPDATE connection_slot SET fence = fence + 1, refresh_due_at = NULL WHERE connection_id = ANY ($1)`,
        [caught.map(({ id }) => id)],
      );
      const ended = await database.query(
        `SELECT FROM refresh_attempt WHERE connection_id = ANY ($1) AND closed_at IS NOT NULL`,
        [ids],
      );
      expect(ended).toHaveLength(ids.length);
    }, 40_000);
    expect(await statesOf(revoked)).toEqual({ revoking: ids.length });
    // By then workers have told each other what they saw.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await incidents()).toEqual([]);
    await control.delete('/faults');
    expect(await fixture.refresh(other!)).toMatchObject({ status: 200, body: { outcome: 'refreshed' } });
  }, 60_000);
});
