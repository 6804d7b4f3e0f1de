import { Pool } from 'undici';
import { seedConnection, seedTokens, seedWorkspace, type SeededConnection } from '#testing';
import { Vault } from '#vault';
import { ConnectFixture } from './connect-sessions/connect.fixture.js';

const total = 100_000;
const concurrency = 64;
const connectionsEach = 40;

/** One of two tenants; all that is seeded of it carries its mark. */
interface Tenant {
  mark: string;
  workspace: string;
  apiKey: string;
  connections: SeededConnection[];
}

let fixture: ConnectFixture;
let pool: Pool;
let tenants: [Tenant, Tenant];

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  pool = new Pool(fixture.api.origin, { connections: concurrency });
  tenants = [await tenant('azalea'), await tenant('bergamot')];
}, 60_000);

afterAll(async () => {
  await pool.close();
  await fixture.stop();
});

async function tenant(mark: string): Promise<Tenant> {
  const { database, app } = fixture;
  const { workspace, apiKey } = await seedWorkspace(database);
  const cipher = await app.get(Vault, { strict: false }).cipherFor(workspace);
  const connections: SeededConnection[] = [];
  for (let i = 0; i < connectionsEach; i++) {
    const made = await seedConnection(database, { workspace, endUser: `user-${i}-of-${mark}` });
    const accessToken = `token ${i} of ${mark}`;
    await seedTokens(database, made, { cipher, accessToken, refreshToken: `refresh ${mark}` });
    connections.push(made);
  }
  await database.query(`UPDATE integration SET name = $2 WHERE workspace_id = $1`, [workspace, `of ${mark}`]);
  await database.query(`UPDATE api_key SET name = $2 WHERE workspace_id = $1`, [workspace, `key of ${mark}`]);
  return { mark, workspace, apiKey, connections };
}

interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
  status: number;
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;

/** As in life most calls are token reads, of which those of both tenants share batches; every other kind comes a thousand times. */
const readsOf = { own: 56 / 96, foreign: 28 / 96 };

/** What integrators do, and what they should not be able to do: the others' ids are asked for as one's own. */
function callOf(own: Tenant, other: Tenant): Call {
  const { connection, integration } = pick(own.connections);
  const foreign = pick(other.connections);
  const paused = Math.random() < 0.5;
  const user = encodeURIComponent(`user-0-of-${other.mark}`);
  const die = Math.random();
  if (die < readsOf.own) return { method: 'GET', path: `/v1/connections/${connection}/token`, status: 200 };
  if (die < readsOf.own + readsOf.foreign)
    return { method: 'GET', path: `/v1/connections/${foreign.connection}/token`, status: 404 };
  return pick<Call>([
    { method: 'GET', path: `/v1/connections/${connection}`, status: 200 },
    { method: 'GET', path: `/v1/connections?limit=20&q=user`, status: 200 },
    { method: 'GET', path: `/v1/connections?end_user=${user}`, status: 200 },
    { method: 'GET', path: `/v1/integrations/${integration}`, status: 200 },
    { method: 'GET', path: `/v1/api-keys`, status: 200 },
    { method: 'GET', path: `/v1/events?limit=20`, status: 200 },
    { method: 'GET', path: `/v1/connections/${foreign.connection}`, status: 404 },
    { method: 'PATCH', path: `/v1/connections/${foreign.connection}`, body: { paused }, status: 404 },
    { method: 'GET', path: `/v1/integrations/${foreign.integration}`, status: 404 },
    {
      method: 'PATCH',
      path: `/v1/integrations/${foreign.integration}`,
      body: { name: own.mark },
      status: 404,
    },
    { method: 'DELETE', path: `/v1/integrations/${foreign.integration}`, status: 404 },
    {
      method: 'POST',
      path: '/v1/connect-sessions',
      body: { integration: foreign.integration, end_user: { id: own.mark } },
      status: 404,
    },
  ]);
}

async function send(
  { apiKey }: Tenant,
  { method, path, body }: Call,
): Promise<{ status: number; text: string }> {
  const answer = await pool.request({
    method,
    path,
    headers: { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

/** All that the database holds of a tenant, as one value. */
async function holdingsOf({ workspace }: Tenant): Promise<unknown> {
  const { database } = fixture;
  return {
    connections: await database.query(
      `SELECT id, state, version, end_user_id FROM connection WHERE workspace_id = $1 ORDER BY id`,
      [workspace],
    ),
    integrations: await database.query(
      `SELECT id, name, version FROM integration WHERE workspace_id = $1 ORDER BY id`,
      [workspace],
    ),
    sessions: await database.query(`SELECT count(*) FROM connect_session WHERE workspace_id = $1`, [
      workspace,
    ]),
  };
}

it('never answers a row of the other in 100,000 mixed requests of two workspaces through shared pools', async () => {
  const before = await Promise.all(tenants.map(holdingsOf));
  const counts = new Map<number, number>();
  const leaks: string[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < total) {
      sent += 1;
      const [own, other] = sent % 2 === 0 ? tenants : ([tenants[1], tenants[0]] as const);
      const call = callOf(own, other);
      const { status, text } = await send(own, call);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      // What was asked for may be named in the refusal; nothing else of the other may be anywhere.
      const told = text.replaceAll(/"detail":"[^"]*"/g, '');
      const foreign = told.includes(other.mark) || told.includes(other.workspace);
      if (foreign || status !== call.status) leaks.push(`${call.method} ${call.path}: ${status} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  expect(leaks.slice(0, 5)).toEqual([]);
  expect([...counts.keys()].toSorted()).toEqual([200, 404]);
  expect(Math.min(...counts.values())).toBeGreaterThan(total / 4);
  expect(await Promise.all(tenants.map(holdingsOf))).toEqual(before);
}, 300_000);
