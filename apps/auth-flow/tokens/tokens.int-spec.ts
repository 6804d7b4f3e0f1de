import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Worker } from 'bullmq';
import { QUEUE_PREFIX, REFRESH_QUEUE, RedisConnections, RefreshSignal, type RefreshJob } from '#events';
import { TokenReader } from '#storage';
import { eventually, seedConnection, type ConnectionSeed, type SeededConnection } from '#testing';
import { Vault } from '#vault';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

interface Read {
  access_token: string;
  generation: number;
  type: string;
}

let fixture: ConnectFixture;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
}, 30_000);

afterAll(() => fixture.stop());
afterEach(() => jest.restoreAllMocks());

/** A connection whose token opens, of the fixture's workspace. */
async function connected(seed: ConnectionSeed = {}): Promise<SeededConnection> {
  const made = await seedConnection(fixture.database, { workspace: fixture.workspace, ...seed });
  await seal(made, made.generation);
  return made;
}

async function seal({ connection, slot }: SeededConnection, generation: number): Promise<void> {
  const cipher = await fixture.app.get(Vault, { strict: false }).cipherFor(fixture.workspace);
  await fixture.database.query(
    `UPDATE token_set SET sealed_access_token = $2 WHERE connection_id = $1 AND generation = $3`,
    [
      connection,
      cipher.seal({ connection, slot, generation, part: 'access' }, `token ${generation} of ${connection}`),
      generation,
    ],
  );
}

const read = ({ connection }: { connection: string }, query = '') =>
  fixture.api.get<Read>(`/v1/connections/${connection}/token${query}`);

/** A worker that does with every job what `work` does, and says that it ended. */
function fakeWorker(
  work: (job: RefreshJob) => Promise<Parameters<RefreshSignal['announce']>[0]['outcome']>,
  told: { failure_class?: string; retry_after_ms?: number } = {},
): { jobs: RefreshJob[]; close: () => Promise<void> } {
  const redis = fixture.app.get(RedisConnections, { strict: false });
  const signal = fixture.app.get(RefreshSignal, { strict: false });
  const jobs: RefreshJob[] = [];
  const worker = new Worker<RefreshJob>(
    REFRESH_QUEUE,
    async ({ data }) => {
      jobs.push(data);
      const { workspace, connection, slot, generation } = data;
      await signal.announce({ workspace, connection, slot, generation, outcome: await work(data), ...told });
    },
    { connection: redis.openWaiting('fake-worker'), prefix: QUEUE_PREFIX, concurrency: 10 },
  );
  return { jobs, close: () => worker.close() };
}

async function promote({ connection, generation }: RefreshJob): Promise<'refreshed'> {
  const { database } = fixture;
  await database.query(
    `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint,
       refresh_token_fingerprint, token_type, scope, expires_at)
     SELECT workspace_id, connection_id, slot, $2, '\\x00', '\\x00', token_type, scope, now() + interval '1 hour'
     FROM token_set WHERE connection_id = $1 AND generation = $3`,
    [connection, generation + 1, generation],
  );
  const slot = { workspace: '', integration: '', connection, slot: 'default', slotId: '', generation };
  await seal(slot, generation + 1);
  await database.query(`UPDATE connection_slot SET generation = $2 WHERE connection_id = $1`, [
    connection,
    generation + 1,
  ]);
  return 'refreshed';
}

describe('a read', () => {
  it.each([
    ['pending', 409, 'connection-pending'],
    ['needs_reauthorization', 409, 'needs-reauthorization'],
    ['paused', 409, 'connection-paused'],
    ['quarantined', 409, 'connection-quarantined'],
    ['revoking', 410, 'connection-revoked'],
    ['revoked', 410, 'connection-revoked'],
    ['expired', 410, 'connection-expired'],
  ])('of a connection that is %s is %i %s', async (state, status, slug) => {
    expect(await read(await connected({ state }))).toMatchObject({
      status,
      body: { type: `/problems/${slug}` },
    });
  });

  it('hands out the token with what is known of it, for nobody to keep', async () => {
    const made = await connected();
    const answer = await read(made);
    expect(answer.body).toMatchObject({
      access_token: `token 1 of ${made.connection}`,
      token_type: 'Bearer',
      scope: 'profile',
      generation: 1,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('many at once are few calls, each with its own answer', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => connected()));
    const atOnce = TokenReader.prototype.read;
    // Slow enough that others arrive meanwhile, however the machine is loaded.
    const calls = jest.spyOn(TokenReader.prototype, 'read').mockImplementation(async function (
      this: TokenReader,
      ...asked
    ) {
      await delay(50);
      return atOnce.apply(this, asked);
    });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => read(made[i % 5]!)));
    answers.forEach(({ body }, i) => {
      expect(body.access_token).toBe(`token 1 of ${made[i % 5]!.connection}`);
    });
    expect(calls.mock.calls.length).toBeLessThan(60);
  });

  it('begun after a revocation was committed never returns the token, whatever else is being read', async () => {
    const made = await connected();
    const noise = Array.from({ length: 60 }, () => read(made));
    await fixture.database.query(`UPDATE connection SET state = 'revoking' WHERE id = $1`, [made.connection]);
    const after = await Promise.all(Array.from({ length: 20 }, () => read(made)));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([410]));
    await Promise.all(noise);
  });

  it('of a row that was sealed for another fails, and tells nothing', async () => {
    const [one, two] = [await connected(), await connected()];
    await fixture.database.query(
      `UPDATE token_set SET sealed_access_token = (SELECT sealed_access_token FROM token_set WHERE connection_id = $2)
       WHERE connection_id = $1`,
      [one.connection, two.connection],
    );
    const answer = await read(one);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('token 1');
  });

  it('that asks for more life than tokens have is told so', async () => {
    expect(await read(await connected(), '?min_ttl=86400')).toMatchObject({
      status: 422,
      body: { type: '/problems/min-ttl-unsatisfiable' },
    });
  });

  it('is counted', async () => {
    const made = await connected();
    await Promise.all([read(made), read(made), read(made)]);
    await eventually(async () => {
      const rows = await fixture.database.query(
        `SELECT reads::int FROM connection_usage WHERE connection_id = $1`,
        [made.connection],
      );
      expect(rows).toEqual([{ reads: 3 }]);
    });
  });
});

describe('a read that needs a renewal', () => {
  it('shares it with all who wait', async () => {
    const made = await connected({ expiresInMs: -1_000 });
    const worker = fakeWorker(promote);
    const answers = await Promise.all(Array.from({ length: 50 }, () => read(made)));
    await worker.close();
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.generation}`))).toEqual(
      new Set(['200 2']),
    );
    expect(worker.jobs).toHaveLength(1);
  });

  it('is served although the signal got lost', async () => {
    const made = await connected({ expiresInMs: -1_000 });
    jest.spyOn(RefreshSignal.prototype, 'announce').mockResolvedValue();
    const worker = fakeWorker(promote);
    expect((await read(made)).body.generation).toBe(2);
    await worker.close();
  });

  it('that failed serves what is left, unless more was asked for', async () => {
    const made = await connected({ expiresInMs: 20_000 });
    await fixture.database.query(
      `UPDATE token_set SET issued_at = now() - interval '1 hour' WHERE connection_id = $1`,
      [made.connection],
    );
    const worker = fakeWorker(async () => 'failed', { failure_class: 'TRANSIENT' });
    expect((await read(made)).status).toBe(200);
    const more = await read(made, '?min_ttl=60');
    await worker.close();
    expect(more).toMatchObject({ status: 503, body: { type: '/problems/provider-unavailable' } });
    expect(Number(more.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['THROTTLED', 429, 'rate-limited'],
    ['PROTOCOL', 502, 'provider-error'],
    ['TRANSIENT', 503, 'provider-unavailable'],
  ])('that failed as %s is %i %s', async (failureClass, status, slug) => {
    const made = await connected({ expiresInMs: -1_000 });
    const worker = fakeWorker(async () => 'failed', { failure_class: failureClass, retry_after_ms: 7_000 });
    expect(await read(made)).toMatchObject({ status, body: { type: `/problems/${slug}` } });
    await worker.close();
  });

  it('does not hurry a provider that is being waited for', async () => {
    const made = await connected({ state: 'degraded', expiresInMs: 20_000, dueInMs: 60_000 });
    await fixture.database.query(
      `UPDATE token_set SET issued_at = now() - interval '1 hour' WHERE connection_id = $1`,
      [made.connection],
    );
    const worker = fakeWorker(promote);
    expect((await read(made)).body.generation).toBe(1);
    expect(worker.jobs).toHaveLength(0);
    await worker.close();
  });
});
