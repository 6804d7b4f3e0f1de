import type { ApiClient } from '#testing';
import { ConnectFixture, returnUrl } from './connect-sessions/connect.fixture.js';

let fixture: ConnectFixture;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
}, 30_000);

afterAll(() => fixture.stop());

describe('a quota', () => {
  const limited = { status: 429, body: { type: '/problems/rate-limited' } };

  it.each<[string, string, string, (api: ApiClient) => Promise<{ status: number }>]>([
    ['provider-calls', 'POST', '/v1/connections', (api) => api.post('/v1/connections', {})],
    [
      'provider-calls',
      'POST',
      '/v1/connections/{id}/refresh',
      (api) => api.post('/v1/connections/x/refresh'),
    ],
    ['provider-calls', 'POST', '/v1/connections/{id}/retry', (api) => api.post('/v1/connections/x/retry')],
    ['provider-calls', 'POST', '/v1/integrations', (api) => api.post('/v1/integrations', {})],
    ['provider-calls', 'PATCH', '/v1/integrations/{id}', (api) => api.patch('/v1/integrations/x', {})],
    ['reports', 'GET', '/v1/events', (api) => api.get('/v1/events')],
  ])('of %s holds for %s %s', async (quota, _method, _path, send) => {
    const setting = quota === 'reports' ? 'QUOTA_REPORTS' : 'QUOTA_PROVIDER_CALLS';
    // A replica of its own: what it has not heard of from the others yet, it counts itself.
    const api = await fixture.replica({ [setting]: '1' });
    const [first, second] = [await send(api), await send(api)];
    expect(first.status).not.toBe(429);
    expect(second).toMatchObject(limited);
    expect((await api.get('/v1/integrations')).status).toBe(200);
  });

  it('of strangers holds for connect links and callbacks, with a page', async () => {
    const paths = ['/connect/x', '/connect/x/start', '/oauth/callback/x'];
    for (const path of paths) {
      const api = await fixture.replica({ RATE_LIMIT_PUBLIC_PER_ADDRESS: '1' });
      expect((await api.get(path)).status).not.toBe(429);
      const { status, headers, body } = await api.get<string>(path);
      expect(status).toBe(429);
      expect(body).toContain('Too many requests');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });
});

describe('a lasting way in', () => {
  const signedInAt = new Date(Date.now() - 301_000);
  const claims = { sub: 'x' };
  const identity = { name: 'ci', issuer: 'https://ci.example', claims, scopes: ['connections:read'] };

  it('is made by a person who just signed in, never by an older session: a key needs no sign-in any more', async () => {
    const [fresh, old] = [
      await fixture.person('admin'),
      await fixture.person('admin', { signedInAt }),
    ] as const;
    const key = await fresh.api.post<{ id: string }>('/v1/api-keys', { name: 'k', scopes: ['admin'] });
    expect(key.status).toBe(201);
    const workload = await fixture.api.post<{ id: string }>('/v1/workload-identities', identity);
    expect(workload).toMatchObject({ status: 201 });
    const attempts = [
      old.api.post('/v1/api-keys', { name: 'k', scopes: ['admin'] }),
      old.api.post(`/v1/api-keys/${key.body.id}/rotate`, {}),
      old.api.post('/v1/workload-identities', identity),
      old.api.patch(`/v1/workload-identities/${workload.body.id}`, { scopes: ['admin'] }),
    ];
    for (const answer of await Promise.all(attempts))
      expect(answer).toMatchObject({
        status: 401,
        body: { type: '/problems/insufficient-user-authentication' },
      });
    // Taking a way in away is always open.
    expect((await old.api.delete(`/v1/api-keys/${key.body.id}`)).status).toBe(204);
  });
});

describe('switching confirmation off', () => {
  const signedInAt = new Date(Date.now() - 301_000);
  const stale = {
    status: 401,
    body: {
      type: '/problems/insufficient-user-authentication',
      max_age: 300,
      authenticated_at: expect.any(String),
    },
  };
  const wish = () => ({
    integration: fixture.integration,
    end_user: { id: 'user-1' },
    return_url: returnUrl,
    confirmation: false,
  });
  const attempts = (by: ApiClient) => [
    by.post('/v1/integrations', { provider: 'sandbox', confirmation: false }),
    by.post('/v1/connect-sessions', wish()),
    by.patch(`/v1/integrations/${fixture.integration}`, { confirmation: false }),
  ];

  afterEach(() => fixture.api.patch(`/v1/integrations/${fixture.integration}`, { confirmation: true }));

  it.each(['operator', 'admin'] as const)('needs a fresh sign-in of an %s', async (role) => {
    const { api } = await fixture.person(role, { signedInAt });
    for (const answer of await Promise.all(attempts(api))) {
      expect(answer).toMatchObject(stale);
      expect(answer.headers.get('www-authenticate')).toContain('max_age=300');
    }
    const told = await fixture.api.get(`/v1/integrations/${fixture.integration}`);
    expect(told.body).toMatchObject({ confirmation: true });
  });

  it('is done by a person who just signed in, and by a key', async () => {
    for (const by of [(await fixture.person('operator')).api, fixture.api]) {
      await fixture.api.patch(`/v1/integrations/${fixture.integration}`, { confirmation: true });
      for (const attempt of attempts(by)) expect([200, 201]).toContain((await attempt).status);
    }
  });

  it('is not what other changes by an older sign-in are', async () => {
    const { api } = await fixture.person('operator', { signedInAt });
    const path = `/v1/integrations/${fixture.integration}`;
    expect((await api.patch(path, { name: 'Renamed', confirmation: true })).status).toBe(200);
    await fixture.api.patch(path, { confirmation: false });
    expect((await api.patch(path, { name: 'Again', confirmation: false })).status).toBe(200);
  });
});
