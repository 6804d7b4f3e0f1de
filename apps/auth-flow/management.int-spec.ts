import { seedConnection, seedWorkspace, type ApiClient } from '#testing';
import { ConnectFixture } from './connect-sessions/connect.fixture.js';

interface Integration {
  id: string;
  state: string;
  redirect_uri: string;
}

interface Page {
  data: { id: string }[];
  next_cursor: string | null;
}

let fixture: ConnectFixture;
let api: ApiClient;
/** A workspace of its own, with all rights. */
let stranger: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  ({ api } = fixture);
  stranger = api.as((await seedWorkspace(fixture.database)).apiKey);
}, 30_000);

afterAll(() => fixture.stop());

const draft = async (wish: object = {}) =>
  (await api.post<Integration>('/v1/integrations', { provider: 'sandbox', ...wish })).body;

describe('an integration', () => {
  it('begins as a draft that tells its redirect URI, and becomes active with its client', async () => {
    const made = await draft();
    expect(made).toMatchObject({
      state: 'draft',
      client_id: null,
      redirect_uri: `${api.origin}/oauth/callback/${made.id}`,
    });
    const change = { client_id: 'client', client_secret: 'a-secret-to-look-for', scopes: ['profile'] };
    const active = await api.patch<Integration>(`/v1/integrations/${made.id}`, change);
    expect(active).toMatchObject({ status: 200, body: { state: 'active', client_id: 'client' } });
    const told = [
      active.body,
      (await api.get(`/v1/integrations/${made.id}`)).body,
      (await api.get('/v1/integrations')).body,
    ];
    expect(JSON.stringify(told)).not.toContain('a-secret-to-look-for');
    expect((await fixture.audited(made.id)).map(({ action }) => action)).toEqual([
      'integration.created',
      'integration.updated',
    ]);
  });

  it.each([
    [{ provider: 'nobody' }, '/provider'],
    [{ provider: 'sandbox', client_id: 'x' }, '/client_secret'],
    [{ provider: 'sandbox', token_endpoint_auth_method: 'guess' }, '/token_endpoint_auth_method'],
    [{ provider: 'sandbox', return_urls: ['http://shop.example/back'] }, '/return_urls/0'],
    [{ provider: 'sandbox', return_urls: ['https://shop.example/#x'] }, '/return_urls/0'],
    [{ provider: 'microsoft', settings: { tenant: '../x' } }, '/settings/tenant'],
    [{ provider: 'sandbox', scopes: ['two words'] }, '/scopes/0'],
  ])('refuses %j with a pointer to %s', async (wish, pointer) => {
    const answer = await api.post<{ errors: { pointer: string }[] }>('/v1/integrations', wish);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('that changed meanwhile is not overwritten', async () => {
    const { id } = await draft();
    const tag = (await api.get(`/v1/integrations/${id}`)).headers.get('etag')!;
    const rename = (name: string) => api.patch(`/v1/integrations/${id}`, { name }, { 'if-match': tag });
    expect((await rename('first')).status).toBe(200);
    expect(await rename('second')).toMatchObject({
      status: 412,
      body: { type: '/problems/precondition-failed' },
    });
    expect((await api.get(`/v1/integrations/${id}`)).body).toMatchObject({ name: 'first' });
  });

  it('with connections is not deleted; without, it is', async () => {
    const { id } = await draft();
    const { workspace } = fixture;
    const used = await seedConnection(fixture.database, { workspace });
    expect(await api.delete(`/v1/integrations/${used.integration}`)).toMatchObject({
      status: 409,
      body: { type: '/problems/integration-in-use' },
    });
    expect((await api.delete(`/v1/integrations/${id}`)).status).toBe(204);
    expect((await api.get(`/v1/integrations/${id}`)).status).toBe(404);
  });

  it('that was paused for its client resumes with a new secret, and says so', async () => {
    const id = await fixture.newIntegration();
    await fixture.database.query(
      `UPDATE integration SET state = 'paused', paused_reason = 'invalid_client' WHERE id = $1`,
      [id],
    );
    const named = await api.patch(`/v1/integrations/${id}`, { name: 'only a name' });
    expect(named.body).toMatchObject({ state: 'paused' });
    const mended = await api.patch(`/v1/integrations/${id}`, { client_secret: 'another' });
    expect(mended.body).toMatchObject({ state: 'active', paused_reason: null });
    const events = await fixture.database.query<{ type: string }>(
      `SELECT type FROM outbox_event WHERE subject = $1`,
      [id],
    );
    expect(events).toEqual([{ type: 'integration.resumed' }]);
  });
});

describe('an API key', () => {
  const make = async (wish: object, by = api) =>
    by.post<{ id: string; key: string }>('/v1/api-keys', { name: 'a key', ...wish });

  it('is shown once, works by its scopes alone, and not a moment after its revocation', async () => {
    const { body } = await make({ scopes: ['integrations:read'] });
    expect(body.key).toMatch(/^evg_/);
    expect(JSON.stringify((await api.get('/v1/api-keys')).body)).not.toContain(body.key);
    const limited = api.as(body.key);
    expect((await limited.get('/v1/integrations')).status).toBe(200);
    expect(await limited.get('/v1/connections')).toMatchObject({
      status: 403,
      body: { type: '/problems/insufficient-scope' },
    });
    expect((await api.delete(`/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await limited.get('/v1/integrations')).status).toBe(401);
  });

  it('gives no rights that its maker lacks', async () => {
    const { body } = await make({ scopes: ['keys:write', 'integrations:read'] });
    const escalation = await make({ scopes: ['admin'] }, api.as(body.key));
    expect(escalation).toMatchObject({ status: 403, body: { type: '/problems/insufficient-scope' } });
    expect((await make({ scopes: ['integrations:read'] }, api.as(body.key))).status).toBe(201);
  });

  it('that expired is none', async () => {
    const expires_at = new Date(Date.now() + 400).toISOString();
    const { body } = await make({ scopes: ['integrations:read'], expires_at });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await api.as(body.key).get('/v1/integrations')).status).toBe(401);
  });

  it('answers the same once more under the same idempotency key, with the key in it', async () => {
    const send = () =>
      api.post<{ key: string }>(
        '/v1/api-keys',
        { name: 'once', scopes: ['events:read'] },
        { 'idempotency-key': 'k-1' },
      );
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    const stored = await fixture.database.query<{ sealed: Buffer }>(
      `SELECT sealed_answer AS sealed FROM idempotency_key WHERE key = 'k-1'`,
    );
    expect(stored[0]!.sealed.includes(first.body.key)).toBe(false);
  });
});

describe('connections', () => {
  it('are listed by filter, page by page, none twice and none left out', async () => {
    const { database, workspace } = fixture;
    const first = await seedConnection(database, { workspace, endUser: 'listed' });
    const { integration } = first;
    const made = [first];
    for (let i = 0; i < 6; i++)
      made.push(await seedConnection(database, { workspace, integration, endUser: 'listed' }));
    await seedConnection(database, { workspace, integration, endUser: 'other', state: 'degraded' });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: URLSearchParams = new URLSearchParams({
        end_user: 'listed',
        limit: '3',
        ...(cursor && { cursor }),
      });
      const { body } = await api.get<Page>(`/v1/connections?${query.toString()}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen.toSorted()).toEqual(made.map(({ connection }) => connection).toSorted());
    const of = async (query: string) =>
      (await api.get<Page>(`/v1/connections?integration=${integration}&${query}`)).body.data.length;
    expect(await of('state=degraded')).toBe(1);
    expect(await of('q=liste')).toBe(7);
    expect(await of('scope=nothing')).toBe(0);
    expect(await of('expires_before=2000-01-01T00:00:00Z')).toBe(0);
  });

  it('pause and resume, and are erased only when they ended', async () => {
    const { database, workspace } = fixture;
    const { connection } = await seedConnection(database, { workspace });
    const path = `/v1/connections/${connection}`;
    expect((await api.patch(path, { paused: true })).body).toMatchObject({ state: 'paused' });
    expect((await api.get(`${path}/token`)).body).toMatchObject({ type: '/problems/connection-paused' });
    expect((await api.patch(path, { paused: false })).body).toMatchObject({ state: 'active' });
    expect((await fixture.audited(connection)).map(({ action }) => action)).toEqual([
      'connection.paused',
      'connection.resumed',
    ]);
    expect(await api.delete(path)).toMatchObject({
      status: 409,
      body: { type: '/problems/connection-not-erasable' },
    });
    await database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [connection]);
    expect((await api.delete(`${path}?reason=asked+by+the+user`)).status).toBe(204);
    expect(await database.query(`SELECT FROM token_set WHERE connection_id = $1`, [connection])).toEqual([]);
    expect((await fixture.audited(connection)).at(-1)).toMatchObject({
      action: 'connection.erased',
      detail: { state: 'revoked', reason: 'asked by the user' },
    });
  });
});

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema?: { $ref?: string } }> };
}

/** Every operation of the service, from its own document. */
async function operations(): Promise<
  { method: string; path: string; operation: Operation; body: string[] }[]
> {
  const { body: document } = await api.get<{
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, { properties?: object }> };
  }>('/openapi.json');
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const name = operation.requestBody?.content['application/json']?.schema?.$ref?.split('/').pop();
      const { properties = {} } = (name && document.components.schemas[name]) || {};
      return { method: method.toUpperCase(), path, operation, body: Object.keys(properties) };
    }),
  );
}

const send = (by: ApiClient, method: string, path: string, body?: unknown) =>
  ({
    GET: by.get.bind(by),
    DELETE: by.delete.bind(by),
    POST: by.post.bind(by),
    PATCH: by.patch.bind(by),
    PUT: by.put.bind(by),
  })[method as 'GET'](path, ...((body === undefined ? [] : [body]) as []));

describe('every route', () => {
  it('with an id of another workspace answers that there is no such thing', async () => {
    const { database, workspace } = fixture;
    const theirs = await seedConnection(database, { workspace });
    const session = await fixture.session();
    const { body: key } = await api.post<{ id: string }>('/v1/api-keys', {
      name: 'theirs',
      scopes: ['events:read'],
    });
    const { body: identity } = await api.post<{ id: string }>('/v1/workload-identities', {
      name: 'theirs',
      issuer: 'https://issuer.example',
      claims: { sub: 'x' },
      scopes: ['events:read'],
    });
    const ids: Record<string, string> = {
      '/v1/integrations/{id}': theirs.integration,
      '/v1/integrations/{id}/test': theirs.integration,
      '/v1/connections/{id}': theirs.connection,
      '/v1/connections/{id}/token': theirs.connection,
      '/v1/connections/{id}/refresh': theirs.connection,
      '/v1/connections/{id}/retry': theirs.connection,
      '/v1/connections/{id}/give-up': theirs.connection,
      '/v1/connections/{id}/readers': theirs.connection,
      '/v1/connect-sessions/{id}': session.id,
      '/v1/connect-sessions/{id}/confirm': session.id,
      '/v1/api-keys/{id}': key.id,
      '/v1/api-keys/{id}/rotate': key.id,
      '/v1/workspaces/{id}': workspace,
      '/v1/workload-identities/{id}': identity.id,
    };
    const bodies: Record<string, object> = {
      '/v1/connections/{id}': { paused: true },
      '/v1/connect-sessions/{id}/confirm': { code: 'x', end_user: 'user-1' },
    };
    const withId = (await operations()).filter(({ path }) => path.includes('{id}'));
    expect(new Set(withId.map(({ path }) => path))).toEqual(new Set(Object.keys(ids)));
    for (const { method, path } of withId) {
      const body = method === 'PATCH' || method === 'POST' ? (bodies[path] ?? {}) : undefined;
      const answer = await send(stranger, method, path.replace('{id}', ids[path]!), body);
      expect(`${method} ${path}: ${answer.status}`).toBe(`${method} ${path}: 404`);
    }
    expect((await stranger.get<Page>('/v1/connections')).body.data).toEqual([]);
    expect((await stranger.get<Page>('/v1/integrations')).body.data).toEqual([]);
    expect((await api.get(`/v1/connections/${theirs.connection}`)).body).toMatchObject({ state: 'active' });
  });

  it('answers nonsense with a problem, and never with a fault of its own', async () => {
    const nonsense = [null, -1, '', 'x'.repeat(5_000), 'a\0b', '\ud800', [], {}, [null], true];
    const faults: string[] = [];
    for (const { method, path, operation, body } of await operations()) {
      const at = path.replace(/\{[^}]+\}/g, 'nonsense');
      const queries = (operation.parameters ?? []).filter((one) => one.in === 'query');
      const tries: [string, unknown][] = [[`${at}?unknown=1`, {}]];
      for (const value of nonsense) {
        const text = encodeURIComponent(String(value).toWellFormed());
        for (const { name } of queries) tries.push([`${at}?${name}=${text}`, {}]);
        for (const name of [...body, 'unknown']) tries.push([at, { [name]: value }]);
      }
      for (const [url, content] of tries) {
        const writes = method === 'POST' || method === 'PATCH' || method === 'PUT';
        const { status, headers } = await send(api, method, url, writes ? content : undefined);
        const isProblem = headers.get('content-type')?.includes('application/problem+json') ?? false;
        if (status >= 500 || (status >= 400 && !isProblem)) faults.push(`${method} ${url} ${status}`);
      }
    }
    expect(faults).toEqual([]);
  }, 30_000);
});
