import { jest } from '@jest/globals';
import { ApiClient, eventually } from '#testing';
import { PromotionsService } from './refreshing/promotions.service.js';
import { RefreshStoreService } from './refreshing/refresh-store.service.js';
import { SpoolDrainService } from './spool/spool-drain.service.js';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  await fixture.startWorker();
}, 30_000);

afterAll(() => fixture.stop());
afterEach(async () => {
  jest.restoreAllMocks();
  await fixture.flow.control.delete('/faults');
});

const settings = (mode: string) => ({ rotation: { mode } });

/** Lets time pass for the connection now and then: an attempt under way in that moment would be taken over. */
async function until(connection: Connected, wanted: object): Promise<void> {
  for (let tries = 6; ; tries--) {
    await fixture.hurry(connection);
    try {
      return await eventually(async () => expect(await fixture.row(connection)).toMatchObject(wanted), 2_500);
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

describe('a refresh', () => {
  it('installs the next generation and leaves nothing of the old that could be opened', async () => {
    const connection = await fixture.connect();
    expect((await fixture.refresh(connection)).body).toMatchObject({ outcome: 'refreshed', generation: 2 });
    const { body } = await fixture.read(connection);
    const profile = await new ApiClient(fixture.flow.sandbox.url, body.access_token).get('/api/profile');
    expect(profile.status).toBe(200);
    const sets = await fixture.flow.database.query(
      `SELECT generation, sealed_access_token IS NOT NULL OR sealed_refresh_token IS NOT NULL AS sealed,
         refresh_token_fingerprint IS NOT NULL AS known FROM token_set WHERE connection_id = $1 ORDER BY 1`,
      [connection.id],
    );
    expect(sets).toEqual([
      { generation: 1, sealed: false, known: true },
      { generation: 2, sealed: true, known: true },
    ]);
    expect(await fixture.events(connection.id)).toContain('token.refreshed');
    expect((await fixture.flow.audited(connection.id)).map(({ action }) => action)).toContain(
      'token.refreshed',
    );
    expect(await fixture.flow.database.query(`SELECT FROM token_landing`)).toEqual([]);
  });

  it('is one request, whoever asks on however many workers', async () => {
    await fixture.startWorker();
    const connection = await fixture.connect();
    await fixture.flow.database.query(
      `UPDATE token_set SET issued_at = now() - interval '1 hour', expires_at = now() + interval '3 seconds'
       WHERE connection_id = $1`,
      [connection.id],
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.read(connection)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.generation))).toEqual(new Set([2]));
    expect(await fixture.ledger(connection)).toHaveLength(1);
  });

  it('happens by itself before the token expires, also after the queue lost everything', async () => {
    const connection = await fixture.connect();
    await fixture.flow.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() + interval '2 seconds' WHERE connection_id = $1`,
      [connection.id],
    );
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await fixture.loseQueue();
    await eventually(
      async () => expect(await fixture.row(connection)).toMatchObject({ generation: 2 }),
      10_000,
    );
    expect(await fixture.ledger(connection)).toHaveLength(1);
  });
});

describe('a crash', () => {
  it('after the landing loses nothing: the resolver installs what landed', async () => {
    const connection = await fixture.connect();
    jest.spyOn(PromotionsService.prototype, 'promote').mockRejectedValueOnce(new Error('killed here'));
    void fixture.refresh(connection);
    await eventually(async () =>
      expect(
        await fixture.flow.database.query(
          `SELECT FROM refresh_attempt WHERE connection_id = $1 AND state = 'landed'`,
          [connection.id],
        ),
      ).toHaveLength(1),
    );
    await until(connection, { generation: 2, state: 'active', open: false });
    expect(await fixture.ledger(connection)).toHaveLength(1);
  }, 20_000);

  it('of Postgres at the landing sends the sealed answer through the spool', async () => {
    const connection = await fixture.connect();
    jest.spyOn(RefreshStoreService.prototype, 'land').mockRejectedValueOnce(new Error('Postgres is gone'));
    const drain = jest.spyOn(SpoolDrainService.prototype, 'drain');
    void fixture.refresh(connection);
    await eventually(async () => {
      const drained = await Promise.all(drain.mock.results.map(({ value }) => value as Promise<number>));
      expect(drained).toContain(1);
    });
    await until(connection, { generation: 2, open: false });
    expect(await fixture.ledger(connection)).toHaveLength(1);
  }, 20_000);
});

describe('an answer that was lost', () => {
  it('is asked for again where the provider does not rotate', async () => {
    const connection = await fixture.connect({ persona: 'no-rotation', settings: settings('none') });
    await fixture.flow.fault({ kind: 'lost_answer', client: connection.clientId });
    void fixture.refresh(connection);
    await until(connection, { generation: 2, state: 'active', open: false });
    expect(await fixture.ledger(connection)).toHaveLength(2);
  }, 20_000);

  it('under strict rotation is not risked while the token in hand lives, and named for what it was in the end', async () => {
    const connection = await fixture.connect();
    await fixture.flow.fault({ kind: 'lost_answer', client: connection.clientId });
    const answer = await fixture.refresh(connection);
    expect(answer.status).toBe(503);
    await fixture.hurry(connection);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await fixture.row(connection)).toMatchObject({ state: 'degraded', generation: 1, open: true });
    expect((await fixture.read(connection)).status).toBe(200);
    expect(await fixture.ledger(connection)).toHaveLength(1);

    await fixture.flow.database.query(
      `UPDATE token_set SET expires_at = now() + interval '5 seconds' WHERE connection_id = $1`,
      [connection.id],
    );
    await until(connection, { state: 'needs_reauthorization', reason: { code: 'lost_rotation' } });
    expect(await fixture.ledger(connection)).toHaveLength(2);
  }, 30_000);
});

describe('a provider', () => {
  const grantOf = async ({ clientId }: Connected) =>
    (await fixture.flow.control.get<{ data: { id: string }[] }>(`/grants?client=${clientId}`)).body.data[0]!
      .id;

  it('whose user left needs its user, and says so once', async () => {
    const connection = await fixture.connect();
    await fixture.flow.control.post(`/grants/${await grantOf(connection)}/revoke`);
    expect(await fixture.refresh(connection)).toMatchObject({
      status: 409,
      body: { type: '/problems/needs-reauthorization' },
    });
    expect(await fixture.row(connection)).toMatchObject({ state: 'needs_reauthorization', open: false });
    const events = await fixture.events(connection.id);
    expect(events.filter((type) => type === 'connection.needs_reauthorization')).toHaveLength(1);
  });

  it('that refuses our client pauses the integration, kills no connection, and is forgiven by itself', async () => {
    const connection = await fixture.connect();
    const client = `/clients/${connection.clientId}`;
    const secret = await secretOf(connection);
    await fixture.flow.control.put(client, { client_secret: 'another-secret-of-32-characters!' });
    expect(await fixture.refresh(connection)).toMatchObject({
      status: 409,
      body: { type: '/problems/integration-paused' },
    });
    expect(await fixture.row(connection)).toMatchObject({ state: 'active', generation: 1, open: false });
    expect(await fixture.events(connection.integration)).toEqual(['integration.paused']);
    expect((await fixture.read(connection)).status).toBe(200);

    await fixture.flow.control.put(client, { client_secret: secret });
    await fixture.makeDue(connection);
    await until(connection, { generation: 2, state: 'active' });
    expect(await fixture.events(connection.integration)).toEqual([
      'integration.paused',
      'integration.resumed',
    ]);
  }, 30_000);

  it('that asks for patience is given it, and the attempt is not counted', async () => {
    const connection = await fixture.connect();
    await fixture.flow.fault({ kind: 'throttled', retry_after_seconds: 1_800, client: connection.clientId });
    const answer = await fixture.refresh(connection);
    expect(answer).toMatchObject({ status: 429, body: { type: '/problems/rate-limited' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1_800);
    const row = await fixture.row(connection);
    expect(row).toMatchObject({ state: 'active', failures: 0 });
    expect(row.dueInSeconds).toBeGreaterThan(1_700);
  });

  it('that is out of order degrades the connection, and recovers it', async () => {
    const connection = await fixture.connect();
    await fixture.flow.fault({ kind: 'error', status: 500, times: 1, client: connection.clientId });
    expect((await fixture.refresh(connection)).status).toBe(503);
    await until(connection, { state: 'active', generation: 2, failures: 0, open: false });
    expect(await fixture.events(connection.id)).toEqual(
      expect.arrayContaining(['connection.degraded', 'token.refresh_failed', 'connection.recovered']),
    );
  }, 20_000);

  it('that answers what nobody understands has its answer kept, and the token in hand is served', async () => {
    const connection = await fixture.connect();
    await fixture.flow.fault({ kind: 'garbage', client: connection.clientId });
    expect((await fixture.refresh(connection)).status).toBe(502);
    const landings = await fixture.flow.database.query<{ state: string }>(
      `SELECT l.state FROM token_landing l JOIN refresh_attempt a ON a.id = l.attempt_id WHERE a.connection_id = $1`,
      [connection.id],
    );
    expect(landings).toEqual([{ state: 'quarantined' }]);
    expect((await fixture.read(connection)).status).toBe(200);
  });

  async function secretOf({ integration }: Connected): Promise<string> {
    return fixture.flow.secretOf(integration);
  }
});

describe('while a request is under way', () => {
  const slow = (connection: Connected) =>
    fixture.flow.fault({ kind: 'latency', milliseconds: 1_500, when: 'after', client: connection.clientId });
  const underWay = (connection: Connected) =>
    eventually(async () => expect(await fixture.row(connection)).toMatchObject({ open: true }));

  it('a revocation is not undone by its answer, which is revoked at the provider', async () => {
    const connection = await fixture.connect();
    await slow(connection);
    const asked = fixture.refresh(connection);
    await underWay(connection);
    const { database } = fixture.flow;
    await database.query(`UPDATE connection SET state = 'revoking' WHERE id = $1`, [connection.id]);
    await database.query(
      `UPDATE connection_slot SET fence = fence + 1, refresh_due_at = NULL, lease_owner = NULL, lease_until = NULL
       WHERE connection_id = $1`,
      [connection.id],
    );
    expect((await asked).status).toBe(410);
    await eventually(async () => {
      const { body } = await fixture.flow.control.get<{ data: object[] }>(
        `/ledger?client=${connection.clientId}&endpoint=revocation`,
      );
      expect(body.data).toHaveLength(1);
    });
    expect(await fixture.row(connection)).toMatchObject({ generation: 1, state: 'revoking' });
    expect((await fixture.read(connection)).status).toBe(410);
  }, 20_000);

  it('a pause keeps the rotated token for when it resumes', async () => {
    const connection = await fixture.connect();
    await slow(connection);
    void fixture.refresh(connection);
    await underWay(connection);
    await fixture.flow.api.patch(`/v1/connections/${connection.id}`, { paused: true });
    await until(connection, { state: 'paused', generation: 2, open: false });
    await fixture.flow.api.patch(`/v1/connections/${connection.id}`, { paused: false });
    expect((await fixture.read(connection)).body.generation).toBe(2);
    expect(await fixture.ledger(connection)).toHaveLength(1);
  }, 20_000);
});
