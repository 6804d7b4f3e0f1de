import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';

let admin: RunningAdmin;

beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);

afterAll(() => admin.close());

const view = (name: string, more: Json = {}) => ({
  name,
  page: 'connections',
  query: { state: 'degraded', sort: '-created_at', 'of a later page': '1' },
  ...more,
});

const save = async (name: string, more: Json = {}, who: Persona = 'viewer') =>
  admin.call('POST', 'saved-views', view(name, more), who);

const seenBy = async (who: Persona) =>
  ((await admin.call('GET', 'saved-views?page=connections', undefined, who)).body.data as Json[]).map(
    ({ name }) => name,
  );

async function send(method: 'PATCH' | 'PUT', path: string, payload: object, etag: string, who: Persona) {
  const answer = await admin.app.inject({
    method,
    url: `/admin/api/${path}`,
    headers: { ...admin.credentials(who), 'if-match': etag },
    payload,
  });
  return { status: answer.statusCode, etag: answer.headers.etag, body: answer.json<Json>() };
}

describe('a saved view', () => {
  it("is its owner's alone until it is shared, and audited from then on", async () => {
    const { status, body, headers } = await save('Mine');
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...view('Mine'), shared: false, mine: true, owner: { id: 'usr_viewer' } });
    const path = `saved-views/${String(body.id)}`;
    expect(await seenBy('operator')).toEqual([]);
    expect((await admin.call('GET', path, undefined, 'operator')).status).toBe(404);
    expect(await admin.auditedOf(String(body.id))).toEqual([]);
    const shared = await send('PATCH', path, { shared: true }, String(headers.etag), 'viewer');
    expect(shared).toMatchObject({ status: 200, body: { shared: true } });
    expect((await admin.call('GET', path, undefined, 'operator')).body).toMatchObject({ mine: false });
    expect((await admin.call('PATCH', path, { name: 'Theirs' }, 'operator')).status).toBe(403);
    expect((await admin.call('DELETE', path, undefined, 'operator')).status).toBe(403);
    expect((await admin.call('GET', path, undefined, 'stranger')).status).toBe(404);
    expect((await admin.call('DELETE', path, undefined, 'admin')).status).toBe(204);
    expect(await seenBy('viewer')).toEqual([]);
    expect(await admin.auditedOf(String(body.id))).toMatchObject([
      { action: 'saved_view.shared', detail: { before: { shared: false }, after: { shared: true } } },
      { action: 'saved_view.deleted', actor: { id: 'usr_admin' }, detail: { before: { name: 'Mine' } } },
    ]);
  });

  it('has a name of its own among those of its owner and page', async () => {
    const { body } = await save('Twice', {}, 'operator');
    const conflict = { status: 409, body: { errors: [{ pointer: '/name' }] } };
    expect(await save('Twice', {}, 'operator')).toMatchObject(conflict);
    expect((await save('Twice', { page: 'audit' }, 'operator')).status).toBe(201);
    expect((await save('Twice', {}, 'auditor')).status).toBe(201);
    await save('Other', {}, 'operator');
    expect(
      await admin.call('PATCH', `saved-views/${String(body.id)}`, { name: 'Other' }, 'operator'),
    ).toMatchObject(conflict);
  });

  it('tells who changed it meanwhile what it is now', async () => {
    const { body, headers } = await save('Raced', {}, 'operator');
    const path = `saved-views/${String(body.id)}`;
    await send('PATCH', path, { name: 'First' }, String(headers.etag), 'operator');
    const second = await send('PATCH', path, { name: 'Second' }, String(headers.etag), 'operator');
    expect(second).toMatchObject({
      status: 412,
      etag: '"2"',
      body: { type: '/problems/precondition-failed', etag: '"2"', current: { name: 'First' } },
    });
  });

  it.each([
    [
      'a query of more than 4 KB',
      { query: { a: 'x'.repeat(1_500), b: 'x'.repeat(1_500), c: 'x'.repeat(1_500) } },
    ],
    ['values that are no text', { query: { a: 1 } }],
    ['no name', { name: ' ' }],
    ['a page that is a path', { page: '../x' }],
  ])('refuses %s', async (_, more) => {
    expect((await save('Refused', more)).status).toBe(400);
  });
});

describe('preferences', () => {
  it("are a person's own, and defaults until they say otherwise", async () => {
    const fresh = await admin.call('GET', 'preferences', undefined, 'viewer');
    expect(fresh.body).toMatchObject({ density: 'comfortable', letter_shortcuts: true, hidden_columns: {} });
    const wish = { density: 'compact', hidden_columns: { connections: ['state', 'provider'] } };
    const put = await send('PUT', 'preferences', wish, String(fresh.headers.etag), 'viewer');
    expect(put).toMatchObject({ status: 200, etag: '"1"', body: { ...wish, letter_shortcuts: true } });
    expect((await admin.call('GET', 'preferences', undefined, 'viewer')).body).toEqual(put.body);
    expect((await admin.call('GET', 'preferences', undefined, 'operator')).body).toEqual(fresh.body);
    const late = await send('PUT', 'preferences', {}, String(fresh.headers.etag), 'viewer');
    expect(late).toMatchObject({ status: 412, body: { current: wish } });
    expect((await admin.call('PUT', 'preferences', { letter_shortcuts: false }, 'viewer')).status).toBe(200);
    expect((await admin.call('GET', 'preferences', undefined, 'nobody')).status).toBe(200);
    expect((await admin.call('PUT', 'preferences', { font: 'comic' }, 'viewer')).status).toBe(400);
  });
});
