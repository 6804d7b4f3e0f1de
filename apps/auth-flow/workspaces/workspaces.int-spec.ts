import { withConnection } from '#embedded';
import { seedConnection, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

interface Made {
  id: string;
  name: string;
  state: string;
  created_at: string;
  api_key: {
    id: string;
    key: string;
    scopes: string[];
    created_by: string | null;
    expires_at: string | null;
  };
}

interface Listed {
  data: { id: string; name: string; state: string; role?: string }[];
}

let fixture: ConnectFixture;
let api: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  ({ api } = fixture);
}, 30_000);

afterAll(() => fixture.stop());

const make = async (by = api, name = 'Second') => {
  const { status, body } = await by.post<{ id: string; api_key: string; api_key_id: string }>(
    '/v1/workspaces',
    { name },
  );
  expect(status).toBe(201);
  const { api_key: key, api_key_id: keyId, ...rest } = body;
  const shown = await api.as(key).get<Omit<Made['api_key'], 'key'>>(`/v1/api-keys/${keyId}`);
  return { ...rest, api_key: { ...shown.body, key } } as Made;
};
const notFound = { status: 404, body: { type: '/problems/workspace-not-found' } };

describe('a workspace', () => {
  it('begins with a key of its own, and has nothing of the one it was made from', async () => {
    const { id, api_key, ...rest } = await make();
    expect(rest).toMatchObject({ name: 'Second', state: 'active' });
    expect(api_key).toMatchObject({ scopes: ['admin'], name: 'first key', created_by: null });
    const own = api.as(api_key.key);
    expect((await own.get<Listed>('/v1/workspaces')).body.data).toEqual([
      { id, name: 'Second', state: 'active', created_at: expect.any(String) },
    ]);
    expect((await own.get<Listed>('/v1/integrations')).body.data).toEqual([]);
    expect((await own.get<Listed>('/v1/api-keys')).body.data.map((key) => key.id)).toEqual([api_key.id]);
  });

  it('is told of in its own audit log and in the log of the one whose caller made it', async () => {
    const { id, api_key } = await make();
    const rows = await fixture.database.query<{ workspace: string; entry: Buffer }>(
      `SELECT workspace_id AS workspace, entry FROM audit_entry WHERE subject_id = $1`,
      [id],
    );
    expect(rows.map(({ workspace }) => workspace).toSorted()).toEqual([id, fixture.workspace].toSorted());
    for (const { entry } of rows) {
      expect(JSON.parse(entry.toString())).toMatchObject({ action: 'workspace.created' });
      expect(entry.toString()).not.toContain(api_key.key.slice(12));
    }
  });

  it('has the person who made it as its first admin', async () => {
    const person = await fixture.person('admin');
    const { id, api_key } = await make(person.api, 'Mine');
    expect(api_key.created_by).toBe(person.id);
    const { body } = await person.api.get<Listed>('/v1/workspaces');
    expect(body.data.map((one) => [one.id, one.role])).toEqual(
      expect.arrayContaining([
        [id, 'admin'],
        [fixture.workspace, 'admin'],
      ]),
    );
    expect(body.data).toHaveLength(2);
    const members = await fixture.database.query(
      `SELECT person_id, role, source FROM member WHERE workspace_id = $1`,
      [id],
    );
    expect(members).toEqual([{ person_id: person.id, role: 'admin', source: 'creation' }]);
  });

  it('that has members gets no further admin from this service, whatever it is made to say', async () => {
    const [one, other] = [await fixture.person('viewer'), await fixture.person('viewer')];
    const { id } = await make();
    const first = (person: string, workspace = id) =>
      withConnection(fixture.database.urlOf('auth-flow'), async (client) => {
        await client.query(`SELECT set_config('evergrant.workspace', $1, false)`, [workspace]);
        const { rows } = await client.query<{ made: boolean }>(`SELECT make_first_admin($1, $2) AS made`, [
          workspace,
          person,
        ]);
        return rows[0]!.made;
      });
    const made = await Promise.all([one.id, other.id, one.id, other.id].map((person) => first(person)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await first(one.id, fixture.workspace)).toBe(false);
    const admins = await fixture.database.query(
      `SELECT person_id FROM member WHERE workspace_id = $1 AND role = 'admin'`,
      [id],
    );
    expect(admins).toHaveLength(1);
  });

  it('is made once for one idempotency key', async () => {
    const send = () => api.post<Made>('/v1/workspaces', { name: 'Once' }, { 'idempotency-key': 'w-1' });
    expect((await send()).body).toEqual((await send()).body);
  });

  it('made by a key that ends, or of certain networks, has a key like that', async () => {
    const limits = {
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      allowed_addresses: ['127.0.0.0/8'],
    };
    const wish = { name: 'limited', scopes: ['admin'], ...limits };
    const { body } = await api.post<{ key: string }>('/v1/api-keys', wish);
    expect((await make(api.as(body.key))).api_key).toMatchObject(limits);
  });

  it('is renamed only as it was read, and says so in its audit log', async () => {
    const { id, api_key } = await make();
    const own = api.as(api_key.key);
    const path = `/v1/workspaces/${id}`;
    const tag = { 'if-match': (await own.get(path)).headers.get('etag')! };
    expect(await own.patch(path, { name: 'Renamed' }, tag)).toMatchObject({
      status: 200,
      body: { name: 'Renamed', state: 'active' },
    });
    expect(await own.patch(path, { name: 'Again' }, tag)).toMatchObject({
      status: 412,
      body: { type: '/problems/precondition-failed' },
    });
    expect((await fixture.audited(id)).at(-1)).toMatchObject({
      action: 'workspace.renamed',
      detail: { from: 'Second', to: 'Renamed' },
    });
  });

  it('says when a second human is needed; to ask less of them a person signs in anew', async () => {
    const path = `/v1/workspaces/${fixture.workspace}`;
    const say = (approval_above: unknown, by = api) => by.patch(path, { approval_above });
    expect((await say(0)).body).toMatchObject({ approval_above: 0 });
    expect((await api.get(path)).body).toMatchObject({ approval_above: 0 });
    const old = await fixture.person('admin', { signedInAt: new Date(Date.now() - 3_600_000) });
    expect(await say(null, old.api)).toMatchObject({
      status: 401,
      body: { type: '/problems/insufficient-user-authentication' },
    });
    expect((await say(null, (await fixture.person('admin')).api)).body).toMatchObject({
      approval_above: null,
    });
    expect((await say(5, old.api)).status).toBe(200);
    for (const bad of [-1, 1.5, 'none']) expect((await say(bad)).status).toBe(400);
    expect((await fixture.audited(fixture.workspace)).at(-1)).toMatchObject({
      action: 'workspace.approval_changed',
      detail: { from: null, to: 5 },
    });
    await say(null);
  });

  it('that is not the one acted in is not told from one that is not there', async () => {
    const person = await fixture.person('admin');
    const { id } = await make(person.api);
    for (const by of [api, person.api])
      for (const other of [id, 'wsp_nobody']) {
        expect(await by.get(`/v1/workspaces/${other}`)).toMatchObject(notFound);
        expect(await by.patch(`/v1/workspaces/${other}`, { name: 'x' })).toMatchObject(notFound);
      }
  });

  it('is a matter of admins', async () => {
    const { body } = await api.post<{ key: string }>('/v1/api-keys', { name: 'k', scopes: ['keys:write'] });
    const operator = (await fixture.person('operator')).api;
    for (const by of [api.as(body.key), operator]) {
      expect((await by.get('/v1/workspaces')).status).toBe(403);
      expect((await by.post('/v1/workspaces', { name: 'x' })).status).toBe(403);
      expect((await by.patch(`/v1/workspaces/${fixture.workspace}`, { name: 'x' })).status).toBe(403);
    }
  });
});

describe('a suspended workspace', () => {
  const path = () => `/v1/workspaces/${fixture.workspace}`;
  const turn = async (state: 'active' | 'suspended') =>
    expect(await api.patch(path(), { state })).toMatchObject({ status: 200, body: { state } });

  afterEach(() => turn('active'));

  it('refuses its keys at once, for tokens too, but to look at it and to resume it', async () => {
    const { connection } = await seedConnection(fixture.database, { workspace: fixture.workspace });
    await turn('suspended');
    for (const route of [`/v1/connections/${connection}/token`, '/v1/connections', '/v1/api-keys'])
      expect(await api.get(route)).toMatchObject({
        status: 403,
        body: { type: '/problems/workspace-suspended' },
      });
    expect((await api.post('/v1/workspaces', { name: 'x' })).status).toBe(403);
    expect((await api.get<Listed>('/v1/workspaces')).body.data).toMatchObject([{ state: 'suspended' }]);
    expect((await api.get(path())).body).toMatchObject({ state: 'suspended' });
    await turn('active');
    expect((await api.get('/v1/connections')).status).toBe(200);
    expect((await fixture.audited(fixture.workspace)).slice(-2).map(({ action }) => action)).toEqual([
      'workspace.suspended',
      'workspace.resumed',
    ]);
  });

  it('shows a page for its links, and uses none of them up', async () => {
    const session = await fixture.session();
    await turn('suspended');
    for (const url of [session.url, `${session.url}/start`]) {
      const page = await fixture.browser().open(url);
      expect(page.status).toBe(403);
      expect(page.html).toContain('suspended');
      expect(page.headers.get('set-cookie')).toBeNull();
    }
    expect(
      await fixture.database.query(`SELECT FROM authorization_request WHERE connect_session_id = $1`, [
        session.id,
      ]),
    ).toEqual([]);
    await turn('active');
    const back = await fixture.connect(session.url);
    expect(back.leftFor?.searchParams.get('code')).toBeTruthy();
  });

  it('takes no callback in, and uses neither its state nor its code up', async () => {
    const session = await fixture.session();
    const browser = fixture.browser();
    const callback = await fixture.untilCallback(session.url, browser);
    await turn('suspended');
    const page = await browser.open(callback.href);
    expect(page.status).toBe(403);
    expect(page.html).toContain('workspace_suspended');
    await turn('active');
    expect(await fixture.told(session.id)).toMatchObject({ failure: { code: 'workspace_suspended' } });
    const back = await browser.open(callback.href);
    expect(back.leftFor?.searchParams.get('code')).toBeTruthy();
    expect(await fixture.told(session.id)).toMatchObject({ state: 'awaiting_confirmation' });
  });

  it('keeps on renewing', async () => {
    const { slotId } = await seedConnection(fixture.database, { workspace: fixture.workspace, dueInMs: 0 });
    await turn('suspended');
    const due = await fixture.database.query<{ id: string }>(
      `SELECT id FROM claim_due_slots(interval '1 s', 'epoch', 100, 100)`,
    );
    expect(due.map(({ id }) => id)).toContain(slotId);
  });
});
