import { lookupBodyLimit } from '#platform';
import { RunningAdmin, type Json } from './admin.fixture.js';
import { reportPolicy } from './owner.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);
const idsOf = (body: Json): unknown[] => (body['data'] as { id: string }[]).map(({ id }) => id);

describe('the overview', () => {
  it('counts connections by state and by integration, the most unhealthy first', async () => {
    const { body } = await call('GET', 'overview?hours=2');
    expect(body).toMatchObject({
      connections: { total: 4, by_state: { active: 3, needs_reauthorization: 1, revoked: 0 } },
      integrations: [
        { id: 'int_2', connections: 2, by_state: { active: 1, needs_reauthorization: 1 } },
        { id: 'int_1', connections: 2, by_state: { active: 2, needs_reauthorization: 0 } },
      ],
      hours: [{ refreshed: 0 }, { refreshed: 0 }],
    });
  });
});

describe('the list of connections', () => {
  it.each([
    ['', ['con_4', 'con_3', 'con_2', 'con_1']],
    ['?integration=int_1', ['con_2', 'con_1']],
    ['?provider=google&state=active', ['con_4']],
    ['?end_user=ada', ['con_3', 'con_1']],
    ['?scope=write', ['con_4']],
    ['?q=con_1', ['con_1']],
    ['?tag=team:red', ['con_3']],
    ['?tag=team:blue', []],
    ['?q=person%20100%25&end_user=bob', ['con_2']],
    ['?q=100%25', []],
    ['?q=%25%25', []],
    ['?last_read_before=2999-01-01T00:00:00Z&created_before=2000-01-01T00:00:00Z', []],
    ['?expires_before=2999-01-01T00:00:00Z&created_after=2000-01-01T00:00:00Z&end_user=eve', ['con_4']],
  ])('is narrowed by %s', async (query, ids) => {
    expect(idsOf((await call('GET', `connections${query}`)).body)).toEqual(ids);
  });

  it('leaves out those read since', async () => {
    const now = new Date().toISOString();
    expect(idsOf((await call('GET', `connections?last_read_before=${now}&integration=int_1`)).body)).toEqual([
      'con_2',
    ]);
  });

  it('comes in pages that neither repeat nor skip', async () => {
    const first = await call('GET', 'connections?limit=3');
    const second = await call('GET', `connections?limit=3&cursor=${String(first.body['next_cursor'])}`);
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(['con_4', 'con_3', 'con_2', 'con_1']);
    expect(second.body['next_cursor']).toBeNull();
  });

  it.each([
    ['connections?cursor=nonsense', 400, 'invalid-cursor'],
    ['connections?state=dead', 400, 'invalid-request'],
    ['connections?created_after=yesterday', 400, 'invalid-request'],
    ['connections/con_9', 404, 'connection-not-found'],
    ['connections/con_9/timeline', 404, 'connection-not-found'],
    ['connections/con_1/timeline?cursor=WzllOTksMCwieCJd', 400, 'invalid-cursor'],
  ])('refuses %s', async (path, status, slug) => {
    const answer = await call('GET', path);
    expect([answer.status, answer.body['type']]).toEqual([status, `/problems/${slug}`]);
  });

  it('shows nothing of another workspace', async () => {
    expect((await call('GET', 'connections', undefined, 'stranger')).body['data']).toEqual([]);
    expect((await call('GET', 'connections/con_1', undefined, 'stranger')).status).toBe(404);
    expect((await call('POST', 'connections/con_1/revoke', { reason: 'x' }, 'stranger')).status).toBe(404);
  });
});

it('the public API in a session passes a page of the owner on with the policy that it was made for', async () => {
  const answer = await admin.app.inject({
    url: '/admin/api/v1/revocations/rev_1/report?format=html',
    headers: admin.credentials('viewer'),
  });
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': reportPolicy,
  });
});

it.each([
  ['v1/token-lookups', lookupBodyLimit, 200],
  ['v1/token-lookups', lookupBodyLimit + 1, 413],
])(
  'the public API in a session takes as much at %s as its owner: %i bytes answer %i',
  async (path, bytes, status) => {
    const [frame, count] = [JSON.stringify({ tokens: [''] }).length, 10_000];
    const length = Math.floor((bytes - frame - (count - 1) * 3) / count);
    const tokens = Array.from({ length: count }, () => 'x'.repeat(length));
    tokens[0] += 'x'.repeat(bytes - JSON.stringify({ tokens }).length);
    expect(JSON.stringify({ tokens })).toHaveLength(bytes);
    const answer = await call('POST', path, { tokens });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toEqual({ count });
    if (status === 413) expect(answer.body['type']).toBe('/problems/payload-too-large');
  },
  30_000,
);

describe('a change', () => {
  it('is made by the owner in the name of whoever asked', async () => {
    const paused = await call('POST', 'connections/con_4/pause');
    expect(paused).toMatchObject({ status: 200, body: { id: 'con_4', state: 'paused' } });
    expect((await call('POST', 'connections/con_4/resume')).body).toMatchObject({ state: 'active' });
    const revoked = await call('POST', 'connections/con_4/revoke', { reason: 'The laptop was stolen.' });
    expect(revoked.body).toMatchObject({ connection: { state: 'revoking' }, revocation: { id: 'rev_1' } });
    const { body } = await call('GET', 'audit?subject=con_4');
    const actor = { type: 'user', id: 'usr_admin', name: 'name of usr_admin', via: 'admin' };
    expect(body['data']).toMatchObject([
      {
        action: 'connection.revoking',
        actor,
        detail: { detail: 'The laptop was stolen.' },
        request_id: 'request-of-the-test',
      },
      { action: 'connection.resumed', actor },
      { action: 'connection.paused', actor },
    ]);
  });

  it("passes the owner's refusal on as it is", async () => {
    const again = await call('POST', 'connections/con_4/revoke', { reason: 'Again.' });
    expect(again).toMatchObject({
      status: 410,
      body: { type: '/problems/connection-revoked', detail: 'It was revoked before.', revocation: 'rev_0' },
    });
  });

  it('is refused with 503 while its owner is gone, and reading goes on', async () => {
    const { app: owner } = admin.owners['revocation-audit'];
    await owner.close();
    const refused = await call('POST', 'connections/con_1/revoke', { reason: 'x' });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    expect(refused.body['detail']).toContain('nothing was changed');
    expect((await call('GET', 'connections/con_1')).body).toMatchObject({
      state: 'active',
      slots: [{ slot: 'default', generation: 2 }],
    });
  });
});

describe("admin's database role", () => {
  it('reads no column that holds anything sealed but for the sessions that only their browsers can open', async () => {
    const rows = await admin.database.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea'
         AND has_column_privilege('evergrant_admin', table_name, column_name, 'SELECT') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'audit_entry.entry',
      'audit_entry.hash',
      'invitation.token_hash',
      'refresh_attempt.refresh_token_fingerprint',
      'session.sealed_id_token',
      'session.secret_hash',
      'sign_in.browser_hash',
      'sign_in.state_hash',
    ]);
  });

  it('writes nothing but its own bookkeeping, the log and what it tells subscribers', async () => {
    const rows = await admin.database.query<{ grants: string }>(
      `SELECT table_name || ' ' || string_agg(privilege_type, ' ' ORDER BY privilege_type) AS grants
       FROM information_schema.role_table_grants
       WHERE grantee = 'evergrant_admin' AND privilege_type <> 'SELECT' GROUP BY table_name ORDER BY 1`,
    );
    expect(rows.map(({ grants }) => grants)).toEqual([
      'approval INSERT',
      'audit_entry INSERT',
      'consumer_cursor INSERT UPDATE',
      'denied_access INSERT UPDATE',
      'event_hour_count INSERT UPDATE',
      'invitation INSERT UPDATE',
      'member DELETE INSERT UPDATE',
      'outbox_event INSERT',
      'person INSERT UPDATE',
      'person_preferences INSERT UPDATE',
      'renewal_hour_count INSERT UPDATE',
      'renewal_latency_count INSERT UPDATE',
      'saved_view DELETE INSERT UPDATE',
      'session DELETE INSERT UPDATE',
      'sign_in DELETE INSERT',
    ]);
  });
});

describe('the public API in a session', () => {
  const suspend = (on: boolean) =>
    admin.database.query(
      `UPDATE workspace SET suspended_at = CASE WHEN $1 THEN now() END WHERE id = 'wsp_2'`,
      [on],
    );

  it('of a suspended workspace is closed, but for reading and resuming it', async () => {
    await suspend(true);
    const suspended = { status: 403, body: { type: '/problems/workspace-suspended' } };
    for (const [method, path] of [
      ['GET', 'v1/connections'],
      ['POST', 'v1/workspaces'],
      ['POST', 'v1/workspaces?x=1'],
      ['GET', 'v1/workspaces-of-others'],
    ] as const)
      expect(
        await call(method, path, method === 'POST' ? { name: 'x' } : undefined, 'stranger'),
      ).toMatchObject(path.includes('others') ? { status: 404 } : suspended);
    // It gets through: what stands in for the owner here has no such route.
    for (const [method, path] of [
      ['GET', 'v1/workspaces'],
      ['PATCH', 'v1/workspaces/wsp_2'],
    ] as const)
      expect((await call(method, path, method === 'PATCH' ? {} : undefined, 'stranger')).body['type']).toBe(
        '/problems/not-found',
      );
    await suspend(false);
  });

  it.each([
    'v1/../admin/api/members',
    'v1/%2e%2e/openapi.json',
    'v1/connections/..%5c..%5copenapi.json',
    'v1//connections',
    'v1/connections\\\\x',
    'v1/%63onnections',
    'v1/health',
    'v1/connections/../../health/ready',
    'v1/connections#/../x',
    'v1',
  ])('reaches no other path by %s', async (path) => {
    const { status, body } = await call('GET', path);
    expect([status, body['type']]).toEqual([404, '/problems/not-found']);
  });

  it.each(['wsp_1, wsp_2', 'wsp_2', '', '*', 'WSP_1'])('is asked in no workspace named %j', async (name) => {
    const answer = await admin.app.inject({
      url: '/admin/api/v1/connections',
      headers: { ...admin.credentials('admin'), 'evergrant-workspace': name },
    });
    expect([answer.statusCode, answer.json<Json>()['type']]).toEqual([404, '/problems/workspace-not-found']);
  });

  it('is changed by no other method name', async () => {
    const headers: Record<string, string> = {
      ...admin.credentials('admin'),
      'x-http-method-override': 'POST',
    };
    delete headers['x-csrf-token'];
    const get = await admin.app.inject({ url: '/admin/api/v1/connections', headers });
    expect(get.statusCode).toBe(404);
    for (const method of ['OPTIONS', 'PUT', 'DELETE'] as const) {
      const answer = await admin.app.inject({ method, url: '/admin/api/v1/connections', headers });
      expect([answer.statusCode, answer.json<Json>()['type']]).toEqual([403, '/problems/csrf-refused']);
    }
  });
});

it("answers a browser with the dashboard's page wherever it has no route of its own", async () => {
  const headers = { accept: 'text/html' };
  for (const [url, type] of [
    ['/', 'text/html'],
    ['/connections/con_1?state=active', 'text/html'],
    ['/admin/signed-out', 'You are signed out'],
    ['/admin/api/nothing', '/problems/not-found'],
  ] as const) {
    const answer = await admin.app.inject({ url, headers });
    expect([url, `${answer.headers['content-type']} ${answer.body}`]).toEqual([
      url,
      expect.stringContaining(type),
    ]);
  }
});

it('the OpenAPI document promises idempotency keys only where they are kept', async () => {
  const { paths } = (await admin.app.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, { post?: { parameters?: { name: string }[] } }>;
  }>();
  const takers = Object.entries(paths).flatMap(([path, { post }]) =>
    post?.parameters?.some(({ name }) => name.toLowerCase() === 'idempotency-key') ? [path] : [],
  );
  expect(takers).toEqual(['/admin/api/connections/{id}/revoke']);
});
