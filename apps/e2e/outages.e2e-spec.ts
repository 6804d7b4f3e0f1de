import { ApiClient, startPostgres, startRedis, eventually, startSystem, type RunningSystem } from '#testing';
import { connect } from './steps/connect.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof startRedis>>;
let system: RunningSystem | undefined;
let api: ApiClient;
let shortLived: SandboxIntegration;
let connection: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  // Theirs, in place of the private ones: a server of a test can be taken away and given back.
  system = await startSystem({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  const { public_url, api_key, sandbox_url, sandbox_user } = system.bootstrap;
  api = new ApiClient(public_url, api_key);
  const sandbox = new ApiClient(sandbox_url);
  const integration = await createSandboxIntegration(api, sandbox);
  shortLived = await createSandboxIntegration(api, sandbox, { persona: 'short-lived' });
  connection = await connect(api, integration, sandbox_user);
}, 120_000);

afterAll(async () => {
  await system?.stop();
  await Promise.all([postgres?.stop(), redis?.stop()]);
}, 60_000);

const readToken = (of = connection, query = '') =>
  api.get<{ generation: number; type: string }>(`/v1/connections/${of}/token${query}`);
const ready = () => api.get<{ status: string }>('/health/ready');

describe('without Postgres', () => {
  it('requests answer 503 with Retry-After, ready says so, and all recovers by itself', async () => {
    await postgres.kill();
    const read = await readToken();
    expect(read).toMatchObject({ status: 503, body: { type: '/problems/service-unavailable' } });
    expect(Number(read.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ready()).status).toBe(503);
    expect((await api.post('/v1/revocations', { connection, reason: 'x' })).status).toBe(503);

    await postgres.start();
    await eventually(async () => expect((await readToken()).status).toBe(200), 20_000);
    await eventually(async () => expect((await ready()).status).toBe(200), 20_000);
  }, 60_000);
});

describe('without Redis', () => {
  it('fresh tokens are read, revocations and audit go on, and what was due is renewed afterwards', async () => {
    const { sandbox_user } = system!.bootstrap;
    const renewed = await connect(api, shortLived, sandbox_user, { id: 'renewed', display_name: 'Renewed' });
    const revoked = await connect(api, shortLived, sandbox_user, { id: 'revoked', display_name: 'Revoked' });
    await redis.kill();

    expect((await readToken()).status).toBe(200);
    const health = await ready();
    expect([health.status, health.body.status]).toEqual([200, 'degraded']);
    const revocation = await api.post<{ id: string }>('/v1/revocations', {
      connection: revoked,
      reason: 'while Redis is gone',
    });
    expect(revocation.status).toBe(201);
    expect((await readToken(revoked)).status).toBe(410);
    await eventually(async () => {
      const { body } = await api.get<{ state: string }>(`/v1/revocations/${revocation.body.id}`);
      expect(body.state).toBe('finished');
    });
    const audit = await api.get<{ data: { action: string }[] }>(`/v1/audit/entries?subject=${revoked}`);
    expect(audit.body.data[0]).toMatchObject({ action: 'connection.revocation_confirmed' });

    await redis.start();
    await eventually(async () => {
      const read = await readToken(renewed);
      expect([read.status, read.body.generation >= 2]).toEqual([200, true]);
    }, 40_000);
    await eventually(async () => expect((await ready()).body.status).toBe('ok'), 20_000);
    await eventually(async () => {
      const { body } = await api.get<{ data: { type: string; subject: string }[] }>('/v1/events?limit=200');
      expect(body.data.filter(({ subject }) => subject === revoked).map(({ type }) => type)).toEqual([
        'connection.authorized',
        'connection.revoking',
        'connection.revoked',
        'connection.revocation_confirmed',
      ]);
    });
  }, 90_000);
});
