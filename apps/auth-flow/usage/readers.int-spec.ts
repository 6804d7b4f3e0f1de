import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import {
  Database,
  DatabaseUnavailableError,
  ReadAttribution,
  ReaderRepository,
  type AttributedReads,
} from '#storage';
import {
  ApiClient,
  eventually,
  seedConnection,
  seedWorkspace,
  startProcess,
  type SeededConnection,
  type TestProcess,
} from '#testing';
import { Vault } from '#vault';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';
import type { ConnectionReadersView } from './reader.dto.js';

let fixture: ConnectFixture;
let attribution: ReadAttribution;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  attribution = fixture.app.get(ReadAttribution, { strict: false });
}, 30_000);

afterAll(() => fixture.stop());

async function connected(): Promise<SeededConnection> {
  const made = await seedConnection(fixture.database, { workspace: fixture.workspace });
  const { connection, slot, generation } = made;
  const cipher = await fixture.app.get(Vault, { strict: false }).cipherFor(fixture.workspace);
  const sealed = cipher.seal({ connection, slot, generation, part: 'access' }, 'token');
  await fixture.database.query(`UPDATE token_set SET sealed_access_token = $2 WHERE connection_id = $1`, [
    connection,
    sealed,
  ]);
  return made;
}

async function read({ connection }: SeededConnection, address: string, by = fixture.api): Promise<void> {
  const headers = { 'x-forwarded-for': address };
  expect((await by.get(`/v1/connections/${connection}/token`, headers)).status).toBe(200);
}

const readers = async ({ connection }: SeededConnection, by = fixture.api) =>
  (await by.get<ConnectionReadersView>(`/v1/connections/${connection}/readers`)).body;

const reads = (connection: string, change: Partial<AttributedReads> = {}): AttributedReads => ({
  connection,
  callerType: 'api_key',
  callerId: 'key_1',
  network: '203.0.113.0/24',
  reads: 1,
  firstAt: new Date(),
  lastAt: new Date(),
  ...change,
});

const minutesOf = ({ connection }: SeededConnection) =>
  fixture.database.query<{ minute: Date; reads: number }>(
    `SELECT minute, reads::int FROM read_attribution WHERE connection_id = $1 ORDER BY minute`,
    [connection],
  );

describe('the readers of a connection', () => {
  it('are told with their networks, first and last time, and how often', async () => {
    const made = await connected();
    const { body: other } = await fixture.api.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'other',
      scopes: ['tokens:read'],
    });
    for (const address of ['203.0.113.7', '203.0.113.8']) await read(made, address);
    await read(made, '2001:db8:1:2::1', fixture.api.as(other.key));
    await eventually(async () => {
      const { data } = await readers(made);
      expect(data).toEqual([
        {
          caller: { type: 'api_key', id: other.id },
          network: '2001:db8:1:2::/64',
          first_at: expect.any(String),
          last_at: expect.any(String),
          reads: 1,
        },
        expect.objectContaining({ network: '203.0.113.0/24', reads: 2 }),
      ]);
      expect(Date.parse(data[1]!.first_at)).toBeLessThan(Date.parse(data[1]!.last_at));
    });
    const total = (await minutesOf(made)).reduce((sum, { reads: count }) => sum + count, 0);
    expect(total).toBe(3);
    const usage = await fixture.database.query(
      `SELECT reads::int FROM connection_usage WHERE connection_id = $1`,
      [made.connection],
    );
    expect(usage).toEqual([{ reads: 3 }]);
  });

  it('are told although Postgres was gone when they were to be written', async () => {
    const made = await connected();
    const record = jest.spyOn(attribution, 'record');
    record.mockRejectedValueOnce(new DatabaseUnavailableError('gone'));
    await read(made, '203.0.113.7');
    await eventually(async () => expect(record.mock.calls.length).toBeGreaterThan(1));
    record.mockRestore();
    await eventually(async () => expect((await readers(made)).data).toMatchObject([{ reads: 1 }]));
  });

  it('are nobody where nobody read, and not found in another workspace', async () => {
    const made = await connected();
    expect((await readers(made)).data).toEqual([]);
    const { apiKey } = await seedWorkspace(fixture.database);
    const answer = await fixture.api.as(apiKey).get(`/v1/connections/${made.connection}/readers`);
    expect(answer).toMatchObject({ status: 404, body: { type: '/problems/connection-not-found' } });
  });

  it('of several connections are found in one look, and in no other workspace', async () => {
    const [one, two] = [await connected(), await connected()];
    await attribution.record(fixture.workspace, [reads(one.connection), reads(two.connection)]);
    const found = (workspace: string) =>
      fixture.app
        .get(Database, { strict: false })
        .inWorkspace(workspace, (tx) => tx.get(ReaderRepository).readersOf([one.connection, two.connection]));
    const own = await found(fixture.workspace);
    expect(own.map(({ connection }) => connection)).toEqual([one.connection, two.connection].toSorted());
    expect(own[0]).toMatchObject({ caller: { type: 'api_key', id: 'key_1' }, reads: 1 });
    expect(await found((await seedWorkspace(fixture.database)).workspace)).toEqual([]);
  });
});

describe('recorded reads', () => {
  it('add up within a minute, and are kept apart by minute', async () => {
    const made = await connected();
    const at = (iso: string) => ({ firstAt: new Date(iso), lastAt: new Date(iso) });
    for (const second of ['12:00:01', '12:00:59', '12:01:00'])
      await attribution.record(fixture.workspace, [
        reads(made.connection, { reads: 2, ...at(`2026-11-21T${second}Z`) }),
      ]);
    expect(await minutesOf(made)).toEqual([
      { minute: new Date('2026-11-21T12:00:00Z'), reads: 4 },
      { minute: new Date('2026-11-21T12:01:00Z'), reads: 2 },
    ]);
  });

  it('of a connection that is not there, or of another workspace, fall away', async () => {
    const made = await connected();
    const { workspace } = await seedWorkspace(fixture.database);
    await attribution.record(workspace, [reads(made.connection), reads('con_nobody')]);
    expect(await minutesOf(made)).toEqual([]);
  });

  it('from two replicas at once lose nothing', async () => {
    const made = await Promise.all([connected(), connected(), connected()]);
    const rows = made.map(({ connection }) => reads(connection));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        attribution.record(fixture.workspace, i % 2 ? rows : rows.toReversed()),
      ),
    );
    for (const one of made) expect((await readers(one)).data).toMatchObject([{ reads: 20 }]);
  });

  it('go with their connection when that is erased', async () => {
    const made = await connected();
    await attribution.record(fixture.workspace, [reads(made.connection)]);
    await fixture.database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [made.connection]);
    expect((await fixture.api.delete(`/v1/connections/${made.connection}`)).status).toBe(204);
    expect(await minutesOf(made)).toEqual([]);
  });

  it('are deleted in batches when they are past their time, and no sooner', async () => {
    const made = await connected();
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    for (const [days, callerId] of [
      [91, 'key_old'],
      [92, 'key_old'],
      [89, 'key_new'],
    ] as const) {
      const moment = { firstAt: daysAgo(days), lastAt: daysAgo(days) };
      await attribution.record(fixture.workspace, [reads(made.connection, { callerId, ...moment })]);
    }
    expect(await attribution.deleteOld(90, 1)).toBe(2);
    expect(await minutesOf(made)).toHaveLength(2);
    expect(await attribution.deleteOld(90, 1)).toBe(1);
    expect(await attribution.deleteOld(90, 1)).toBe(0);
    expect((await readers(made)).data.map(({ caller }) => caller.id)).toEqual(['key_new']);
  });
});

describe('a replica', () => {
  const told = () =>
    fixture.database.query<{ replica_id: string; from_at: Date; to_at: Date }>(
      `SELECT replica_id, from_at, to_at FROM read_gap`,
    );

  async function replica(): Promise<{ process: TestProcess; api: ApiClient }> {
    const process = await startProcess('auth-flow', {
      env: {
        PUBLIC_URL: fixture.api.origin,
        AUTH_FLOW_DATABASE_URL: fixture.database.urlOf('auth-flow'),
        REDIS_URL: fixture.redis.url,
        VAULT_KEY_FILE: join(fixture.folder, 'keys.json'),
        ASSERTION_JWKS_FILE: join(fixture.folder, 'assertion.jwks.json'),
      },
    });
    return { process, api: new ApiClient(process.url, fixture.apiKey) };
  }

  it('that ends in order leaves nothing out, and no gap', async () => {
    const { process, api } = await replica();
    const made = await connected();
    await read(made, '203.0.113.7', api);
    await process.stop();
    expect((await readers(made)).data).toMatchObject([{ reads: 1 }]);
    await delay(1_100);
    await attribution.tellGaps(1_000);
    // Whoever was slow to beat says so with the next one.
    await eventually(async () => expect(await told()).toEqual([]));
  }, 30_000);

  it('that is killed loses no more than its last second, and the gap is recorded once', async () => {
    const { process, api } = await replica();
    const made = await connected();
    const answered: number[] = [];
    for (const end = Date.now() + 2_500; Date.now() < end;) {
      await read(made, '203.0.113.7', api);
      answered.push(Date.now());
    }
    await process.kill();
    const killedAt = Date.now();
    const gap = await eventually(async () => {
      await attribution.tellGaps(2_000);
      await delay(1_500);
      const gaps = await told();
      expect(gaps).toHaveLength(1);
      return gaps[0]!;
    });
    expect(gap.from_at.getTime()).toBeLessThan(killedAt);
    expect(gap.to_at.getTime()).toBeGreaterThanOrEqual(killedAt);
    const before = answered.filter((at) => at < gap.from_at.getTime()).length;
    const { data, gaps } = await readers(made);
    expect(before).toBeGreaterThan(0);
    expect(data[0]!.reads).toBeGreaterThanOrEqual(before);
    expect(gaps).toEqual([{ from: gap.from_at.toISOString(), to: gap.to_at.toISOString() }]);
    await attribution.tellGaps(2_000);
    await eventually(async () => expect(await told()).toEqual([gap]));
  }, 40_000);

  it('that was only slow takes back the gap that others saw', async () => {
    await attribution.beat('slow', 60_000);
    await attribution.tellGaps(30_000);
    expect((await told()).map(({ replica_id: id }) => id)).toContain('slow');
    await attribution.beat('slow', 0);
    expect((await told()).map(({ replica_id: id }) => id)).not.toContain('slow');
  });
});
