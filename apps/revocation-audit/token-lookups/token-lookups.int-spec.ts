import { randomBytes } from 'node:crypto';
import { withConnection } from '#embedded';
import { TokenFingerprintRepository, type LookedUpToken, type Transaction } from '#storage';
import { createDatabase, seedLineages, seedWorkspace } from '#testing';
import { everythingInPostgres, everythingInRedis, spellingsOf } from './everything-kept.fixture.js';
import { LeaksFixture, newToken, type Leaked } from '../leak-reports/leaks.fixture.js';

interface Result extends Record<string, unknown> {
  index: number;
  found: boolean;
}

let fixture: LeaksFixture;
let leaked: Leaked;

beforeAll(async () => {
  fixture = await LeaksFixture.start();
  leaked = await fixture.leaked({ endUser: 'user-7' });
}, 40_000);
afterAll(() => fixture.stop());

const lookUp = async (tokens: unknown, headers: Record<string, string> = {}) =>
  fixture.api.post<{ data: Result[]; errors: unknown }>('/v1/token-lookups', { tokens }, headers);
const one = async (token: string): Promise<Result> => (await lookUp([token])).body.data[0]!;

describe('a lookup', () => {
  it('says who read the connection, when and from where', async () => {
    const { workspace, connection, generations } = await fixture.leaked({ endUser: 'user-read' });
    await fixture.database.query(`INSERT INTO connection_usage VALUES ($1, $2, 7, now())`, [
      workspace,
      connection,
    ]);
    await fixture.database.query(
      `INSERT INTO connection_reader VALUES
         ($1, $2, 'api_key', 'key_old', '192.0.2.0/24', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 4),
         ($1, $2, 'workload', 'wid_new', '2001:db8::/64', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z', 3)`,
      [workspace, connection],
    );
    const { readers } = await one(generations.at(-1)!.access);
    expect(readers).toEqual([
      {
        caller: { type: 'workload', id: 'wid_new' },
        network: '2001:db8::/64',
        first_read_at: '2026-02-01T00:00:00.000Z',
        last_read_at: '2026-02-02T00:00:00.000Z',
        count: 3,
      },
      expect.objectContaining({ caller: { type: 'api_key', id: 'key_old' }, count: 4 }),
    ]);
  });

  it('tells of each token of ours which it is, and whether it may still be used', async () => {
    const [oldest, , newest] = leaked.generations;
    const { status, body, headers } = await lookUp([
      newest!.access,
      newest!.refresh,
      oldest!.access,
      oldest!.refresh,
    ]);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const whose = {
      found: true,
      connection: leaked.connection,
      end_user: 'user-7',
      integration: leaked.integration,
      provider: 'sandbox',
      state: 'active',
      slot: 'default',
      last_read_at: null,
      readers: [],
    };
    expect(body.data).toEqual([
      expect.objectContaining({
        ...whose,
        index: 0,
        kind: 'access',
        generation: 3,
        current: true,
        alive: true,
      }),
      expect.objectContaining({
        ...whose,
        index: 1,
        kind: 'refresh',
        generation: 3,
        current: true,
        alive: true,
      }),
      expect.objectContaining({
        ...whose,
        index: 2,
        kind: 'access',
        generation: 1,
        current: false,
        alive: false,
      }),
      expect.objectContaining({
        ...whose,
        index: 3,
        kind: 'refresh',
        generation: 1,
        current: false,
        alive: false,
      }),
    ]);
    const [current, , superseded] = body.data;
    expect([current!['superseded_at'], typeof current!['expires_at']]).toEqual([null, 'string']);
    expect(Date.parse(superseded!['superseded_at'] as string)).toBeGreaterThan(
      Date.parse(superseded!['issued_at'] as string),
    );
  });

  it('takes a token that outlives its generation for alive, and one that the provider confirmed dead for dead', async () => {
    const long = await fixture.leaked({ expiresInMs: 36_000_000 });
    expect(await one(long.generations[0]!.access)).toMatchObject({ current: false, alive: true });
    const end = (reason: string) =>
      fixture.database.query(`UPDATE connection SET state = 'revoked', reason = $2 WHERE id = $1`, [
        long.connection,
        JSON.stringify({ code: reason, at: new Date() }),
      ]);
    await end('provider_unsupported');
    expect(await one(long.generations[2]!.access)).toMatchObject({ state: 'revoked', alive: true });
    await end('revoked');
    expect(await one(long.generations[2]!.access)).toMatchObject({ state: 'revoked', alive: false });
  });

  it.each([
    // Every use brings a new one, and the old one stays good.
    ['microsoft', {}, [], [true, true, true]],
    // Ten minutes; generation 1 was replaced an hour ago.
    ['atlassian', {}, [], [false, true, true]],
    ['sandbox', {}, [], [false, false, true]],
    ['sandbox', { rotation: { mode: 'E' } }, [], [false, true, true]],
    ['sandbox', { rotation: { mode: 'C', grace_seconds: 30 } }, [], [false, true, true]],
    // Nobody spent generation 1 for generation 2.
    ['sandbox', {}, [2], [true, false, true]],
    ['google', {}, [2, 3], [true, true, true]],
  ])(
    'says of the refresh tokens of %s %j that were replaced, at %j by a new consent, whether they may still be used',
    async (provider, settings, consented, alive) => {
      const { generations } = await fixture.leaked({ provider }, { settings, consented });
      const { body } = await lookUp(generations.map(({ refresh }) => refresh));
      expect(body.data.map((result) => result['alive'])).toEqual(alive);
    },
  );

  it('takes one that nobody used for longer than its provider allows for dead', async () => {
    const { connection, generations } = await fixture.leaked({ provider: 'microsoft' });
    await fixture.database.query(
      `UPDATE token_set SET issued_at = issued_at - interval '91 days' WHERE connection_id = $1 AND generation < 3`,
      [connection],
    );
    const { body } = await lookUp(generations.map(({ refresh }) => refresh));
    expect(body.data.map((result) => result['alive'])).toEqual([false, true, true]);
  });

  it('finds the newest generation of a refresh token that stands in hundreds', async () => {
    const { generations } = await fixture.leaked({}, { generations: 300, rotates: false });
    expect(await one(generations[0]!.refresh)).toMatchObject({ generation: 300, current: true, alive: true });
  });

  it('says when the connection was last read', async () => {
    const read = await fixture.leaked();
    await fixture.database.query(
      `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at) VALUES ($1, $2, 3, '2026-01-02Z')`,
      [read.workspace, read.connection],
    );
    expect(await one(read.generations[0]!.access)).toMatchObject({
      last_read_at: '2026-01-02T00:00:00.000Z',
    });
  });

  it('finds a token however it was pasted', async () => {
    const { access } = leaked.generations[2]!;
    const { body } = await lookUp([
      ` ${access}\n`,
      `"${access}"`,
      `Authorization: Bearer ${access}`,
      `token ${access}`,
      `access_token=${encodeURIComponent(access)}`,
      `Bearer%20${access}`,
      JSON.stringify(access),
    ]);
    expect(body.data.map(({ connection, kind }) => [connection, kind])).toEqual(
      body.data.map(() => [leaked.connection, 'access']),
    );
    expect(body.data.length).toBe(7);
  });

  it("tells nothing of what is not the workspace's own, in one shape", async () => {
    const foreign = await fixture.leaked({ workspace: (await seedWorkspace(fixture.database)).workspace });
    const { access, refresh } = foreign.generations[2]!;
    const { body } = await lookUp([access, refresh, newToken(), ' ']);
    const nothing = {
      found: false,
      ...{
        kind: null,
        connection: null,
        end_user: null,
        integration: null,
        provider: null,
        state: null,
        slot: null,
      },
      ...{
        generation: null,
        current: null,
        alive: null,
        issued_at: null,
        expires_at: null,
        superseded_at: null,
      },
      ...{ last_read_at: null, readers: [] },
    };
    expect(body.data).toEqual([0, 1, 2, 3].map((index) => ({ index, ...nothing })));
    expect(Object.keys(body.data[0]!)).toEqual(Object.keys(await one(leaked.generations[0]!.access)));
  });

  it('answers 10,000 values at once, in their order', async () => {
    const jwt = () => `${randomBytes(300).toString('base64url')}.${randomBytes(64).toString('base64url')}`;
    const values = Array.from({ length: 10_000 }, jwt);
    values[17] = leaked.generations[0]!.refresh;
    values[9_999] = `Bearer ${leaked.generations[2]!.access}`;
    const { status, body } = await lookUp(values);
    expect([status, body.data.length]).toEqual([200, 10_000]);
    expect(body.data.every(({ index }, nth) => index === nth)).toBe(true);
    expect(body.data.filter(({ found }) => found).map(({ index }) => index)).toEqual([17, 9_999]);
  }, 20_000);

  it('tells of each value all of twenty readers, and of ten thousand values two each', async () => {
    const { workspace, connection, generations } = await fixture.leaked();
    const of = [workspace, connection];
    await fixture.database.query(`INSERT INTO connection_usage VALUES ($1, $2, 21, now())`, of);
    await fixture.database.query(
      `INSERT INTO connection_reader SELECT $1, $2, 'api_key', 'key_' || n, '192.0.2.0/24', now(), now() - n * interval '1 day', 1
       FROM generate_series(1, 21) AS n`,
      of,
    );
    const value = generations[0]!.access;
    const { body } = await lookUp(Array.from({ length: 10_000 }, () => value));
    const callers = (result: Result) =>
      (result['readers'] as { caller: { id: string } }[]).map((r) => r.caller.id);
    expect(callers(await one(value))).toEqual(Array.from({ length: 20 }, (_, n) => `key_${n + 1}`));
    expect(new Set(body.data.map((result) => callers(result).join()))).toEqual(new Set(['key_1,key_2']));
  }, 20_000);

  it('finds ten thousand among many by index, never by going through a table', async () => {
    const plan = await explained();
    expect(plan).toMatch(/token_set_access_fingerprint/);
    expect(plan).toMatch(/token_set_refresh_fingerprint/);
    expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/);
  }, 20_000);

  it('leaves one entry in the audit log: how many, and of which connections', async () => {
    const before = (await fixture.audited('token.lookup')).length;
    await lookUp([leaked.generations[0]!.access, leaked.generations[1]!.refresh, newToken()]);
    const entries = await fixture.audited('token.lookup');
    expect(entries.length).toBe(before + 1);
    expect(entries.at(-1)).toMatchObject({
      subject: { id: fixture.workspace },
      detail: { asked: 3, found: 2, connections: [leaked.connection] },
    });
  });
});

describe('a body that is not as it must be', () => {
  const token = newToken();
  it.each([
    ['no list', { tokens: token }, ['/tokens']],
    ['an empty list', { tokens: [] }, ['/tokens']],
    ['too many', { tokens: Array.from({ length: 10_001 }, () => token) }, ['/tokens']],
    [
      'values that are no texts',
      { tokens: [token, { [token]: `\u0000${token}` }, ''] },
      ['/tokens/1', '/tokens/2'],
    ],
    ['a value that is too long', { tokens: [token.repeat(1_000)] }, ['/tokens/0']],
    ['members that may be tokens', { tokens: [token], [token]: 1 }, ['']],
    ['a list alone', [token], ['']],
  ])('(%s) is refused by place, and nothing of it is repeated', async (_, body, pointers) => {
    const answer = await fixture.api.post<{ errors: { pointer: string }[] }>('/v1/token-lookups', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(JSON.stringify(answer.body)).not.toContain(token);
  });
});

it('leaves no value anywhere: not in the log, in Postgres, in Redis, nor under an idempotency key', async () => {
  const canaries = Array.from({ length: 5 }, newToken);
  const own = leaked.generations[2]!.access;
  const key = { 'idempotency-key': 'lookup-1' };
  const asked = [...canaries, `Bearer ${own}`];
  const first = await lookUp(asked, key);
  expect((await lookUp(asked, key)).body).toEqual(first.body);
  await fixture.api.post('/v1/token-lookups', { [canaries[0]!]: canaries });
  const headers = { authorization: `Bearer ${fixture.apiKey}`, 'content-type': 'application/json' };
  const broken = await fetch(`${fixture.process.url}/v1/token-lookups?token=${canaries[3]}`, {
    method: 'POST',
    headers,
    body: `{"tokens": ["${canaries[4]}", ${canaries[4]}`,
  });
  expect([broken.status, (await broken.text()).includes(canaries[4]!)]).toEqual([400, false]);
  await fixture.report([
    { token: canaries[1], type: canaries[1], url: `https://x.example/${canaries[1]}`, source: canaries[1] },
  ]);
  await fixture.report([{ token: own, type: own, url: `https://x.example/${own}?t=${own}`, source: own }]);
  await fixture.report([{ token: canaries[2] }, canaries[3] as never]);
  const places = [
    fixture.process.output(),
    await everythingInPostgres(fixture.database),
    await everythingInRedis(fixture.redis),
  ];
  // A scan that sees nothing would find nothing.
  expect(places[0]).toContain('/v1/token-lookups');
  expect(places[1]).toContain(leaked.connection);
  expect(places[2]).toContain('evergrant');
  for (const value of [...canaries, own])
    for (const spelling of spellingsOf(value))
      expect(places.map((place) => place.includes(spelling))).toEqual([false, false, false]);
}, 20_000);

/** The plans of what the repository asks Postgres, among fifty thousand token sets. */
async function explained(): Promise<string> {
  const database = await createDatabase();
  try {
    const { workspace } = await seedWorkspace(database);
    const many = { connections: 10_000, generations: 5, fingerprintKey: randomBytes(32) };
    await seedLineages(database.adminUrl, { workspace, integration: 'int_1', ...many });
    return await withConnection(database.urlOf('revocation-audit'), async (client) => {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('evergrant.workspace', $1, true)`, [workspace]);
      const plans: string[] = [];
      const query = async (sql: string, values: unknown[]): Promise<LookedUpToken[]> => {
        const asked = sql.startsWith('SELECT') ? `EXPLAIN ${sql}` : sql;
        plans.push(JSON.stringify((await client.query(asked, values)).rows));
        return [];
      };
      const manager = { query } as unknown as Transaction['manager'];
      const fingerprints = Array.from({ length: 10_000 }, () => randomBytes(32));
      await new TokenFingerprintRepository({ manager, workspace }).lookUp(fingerprints);
      return plans.join('\n');
    });
  } finally {
    await database.drop();
  }
}
