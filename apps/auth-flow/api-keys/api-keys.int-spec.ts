import { eventually, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

interface Key {
  id: string;
  key: string;
  scopes: string[];
  created_by: string | null;
  last_used_at: string | null;
  expires_at: string | null;
  previous_expires_at: string | null;
}

let fixture: ConnectFixture;
let api: ApiClient;
/** The other replica, with the same key. */
let other: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  ({ api } = fixture);
  other = await fixture.replica();
}, 30_000);

afterAll(() => fixture.stop());

const scopes = ['keys:write', 'integrations:read'];
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();

const post = (wish: object, by = api) => by.post<Key>('/v1/api-keys', { name: 'a key', scopes, ...wish });
const made = async (wish: object = {}, by = api) => {
  const { status, body } = await post(wish, by);
  expect(status).toBe(201);
  return body;
};
const rotate = (id: string, wish: object = {}, by = api) => by.post<Key>(`/v1/api-keys/${id}/rotate`, wish);
const worksOf = async (key: string) => {
  const answers = [api, other].map((replica) => replica.as(key).get('/v1/integrations'));
  return (await Promise.all(answers)).map(({ status }) => status);
};
const forbidden = { status: 403, body: { type: '/problems/forbidden' } };
const insufficient = { status: 403, body: { type: '/problems/insufficient-scope' } };

describe('a key', () => {
  it('for certain networks is refused from elsewhere, and works from there', async () => {
    const { key, id } = await made({ allowed_addresses: ['203.0.113.0/24', '2001:db8::/32'] });
    const from = (address: string) =>
      api
        .as(key)
        .get('/v1/integrations', { 'x-forwarded-for': address })
        .then(({ body, status }) => [status, body['type']]);
    expect(await from('203.0.113.7')).toEqual([200, undefined]);
    expect(await from('2001:db8::7')).toEqual([200, undefined]);
    expect(await from('198.51.100.1')).toEqual([403, '/problems/address-not-allowed']);
    await api.patch(`/v1/api-keys/${id}`, { allowed_addresses: null });
    expect(await from('198.51.100.1')).toEqual([200, undefined]);
  });

  it.each([[['10.0.0.0/33']], [['nowhere']], [[]], ['10.0.0.1']])(
    'is not bound to %j',
    async (allowed_addresses) => {
      expect((await post({ allowed_addresses })).status).toBe(400);
    },
  );

  it('tells when it was last used', async () => {
    const { id, key } = await made();
    expect((await api.get<Key>(`/v1/api-keys/${id}`)).body.last_used_at).toBeNull();
    await worksOf(key);
    await eventually(async () => {
      const { body } = await api.get<Key>(`/v1/api-keys/${id}`);
      expect(Date.parse(body.last_used_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    });
  }, 15_000);

  it('that changed meanwhile is neither changed nor revoked over it', async () => {
    const { id } = await made();
    const path = `/v1/api-keys/${id}`;
    const tag = { 'if-match': (await api.get(path)).headers.get('etag')! };
    const renamed = await api.patch(path, { name: 'first' }, tag);
    expect(renamed.status).toBe(200);
    const changed = { status: 412, body: { type: '/problems/precondition-failed' } };
    expect(await api.patch(path, { name: 'second' }, tag)).toMatchObject(changed);
    expect(await api.delete(path, tag)).toMatchObject(changed);
    expect((await api.delete(path, { 'if-match': renamed.headers.get('etag')! })).status).toBe(204);
  });

  it('is made in no workspace but one’s own', async () => {
    await made({ workspace: fixture.workspace });
    expect(await post({ workspace: 'wsp_other' })).toMatchObject({
      status: 404,
      body: { type: '/problems/workspace-not-found' },
    });
  });

  it('remembers the person behind it, through the keys that it makes', async () => {
    const person = await fixture.person('admin');
    const first = await made({ scopes: [...scopes, 'tokens:read'] }, person.api);
    expect(first.created_by).toBe(person.id);
    expect((await made({}, api.as(first.key))).created_by).toBe(person.id);
    expect((await made()).created_by).toBeNull();
  });

  it('is never in the audit log, but all that happened to it', async () => {
    const { id, key } = await made();
    const { body: second } = await rotate(id);
    await api.patch(`/v1/api-keys/${id}`, { name: 'renamed' });
    await api.delete(`/v1/api-keys/${id}`);
    const entries = await fixture.audited(id);
    expect(entries.map(({ action }) => action)).toEqual([
      'api_key.created',
      'api_key.rotated',
      'api_key.updated',
      'api_key.revoked',
    ]);
    for (const secret of [key, second.key]) expect(JSON.stringify(entries)).not.toContain(secret.slice(12));
  });
});

describe('a rotated key', () => {
  it('works beside the former one for the overlap, on every replica', async () => {
    const before = await made();
    const { status, body: after } = await rotate(before.id, { overlap_seconds: 1 });
    expect(status).toBe(201);
    expect([await worksOf(before.key), await worksOf(after.key)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    await new Promise((resolve) =>
      setTimeout(resolve, Date.parse(after.previous_expires_at!) - Date.now() + 50),
    );
    expect([await worksOf(before.key), await worksOf(after.key)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('without overlap ends the former at once, on every replica', async () => {
    const before = await made();
    const { body: after } = await rotate(before.id, { overlap_seconds: 0 });
    expect([await worksOf(before.key), await worksOf(after.key)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('is not rotated again while the former works, unless that one is to end', async () => {
    const first = await made();
    const { body: second } = await rotate(first.id);
    expect(await rotate(first.id)).toMatchObject({
      status: 409,
      body: { type: '/problems/rotation-overlaps' },
    });
    const { body: third } = await rotate(first.id, { replace_previous: true });
    expect(await Promise.all([first, second, third].map(({ key }) => worksOf(key)))).toEqual([
      [401, 401],
      [200, 200],
      [200, 200],
    ]);
  });

  it('is revoked with its former one, on every replica', async () => {
    const before = await made();
    const { body: after } = await rotate(before.id);
    await other.delete(`/v1/api-keys/${before.id}`);
    expect([await worksOf(before.key), await worksOf(after.key)]).toEqual([
      [401, 401],
      [401, 401],
    ]);
    expect((await rotate(before.id)).status).toBe(409);
  });

  it('never lets its former key take over: it gets no new one, nor one that outlives it', async () => {
    const before = await made();
    await rotate(before.id, { overlap_seconds: 60 });
    const former = api.as(before.key);
    expect(await rotate(before.id, { replace_previous: true }, former)).toMatchObject(forbidden);
    expect(await post({}, former)).toMatchObject(forbidden);
    expect(await post({ expires_at: inAnHour }, former)).toMatchObject(forbidden);
  });

  it('is answered for by whoever rotated it, and its former one still by whoever had that', async () => {
    const [ada, grace] = [await fixture.person('admin'), await fixture.person('admin')];
    const before = await made({}, ada.api);
    const { body: after } = await rotate(before.id, {}, grace.api);
    const answersFor = async (key: string) => {
      const limits = { expires_at: new Date(Date.now() + 60_000).toISOString() };
      return (await made(limits, api.as(key))).created_by;
    };
    expect([await answersFor(before.key), await answersFor(after.key)]).toEqual([ada.id, grace.id]);
  });

  it('rotates itself, as it is', async () => {
    const limits = { expires_at: inAnHour, allowed_addresses: ['127.0.0.0/8'] };
    const { id, key } = await made(limits);
    expect(await rotate(id, {}, api.as(key))).toMatchObject({ status: 201, body: limits });
  });

  it('answers the same new key to the same idempotency key', async () => {
    const { id } = await made();
    const send = () => api.post<Key>(`/v1/api-keys/${id}/rotate`, {}, { 'idempotency-key': `r-${id}` });
    expect((await send()).body.key).toBe((await send()).body.key);
  });
});

describe('nobody gets around their own limits', () => {
  it('a key that expires makes, prolongs and rotates none that lives longer', async () => {
    const short = api.as((await made({ expires_at: inAnHour })).key);
    expect(await post({}, short)).toMatchObject(forbidden);
    expect(await post({ expires_at: inTwoHours }, short)).toMatchObject(forbidden);
    const { id } = await made({ expires_at: inAnHour }, short);
    expect(await short.patch(`/v1/api-keys/${id}`, { expires_at: inTwoHours })).toMatchObject(forbidden);
    const lasting = await made();
    expect(await rotate(lasting.id, {}, short)).toMatchObject(forbidden);
    expect((await short.patch(`/v1/api-keys/${lasting.id}`, { name: 'renamed' })).status).toBe(200);
  });

  it('a key of certain networks makes, changes and rotates none of others', async () => {
    const near = api.as((await made({ allowed_addresses: ['127.0.0.0/8', '10.0.0.0/8'] })).key);
    expect(await post({}, near)).toMatchObject(forbidden);
    expect(await post({ allowed_addresses: ['0.0.0.0/0'] }, near)).toMatchObject(forbidden);
    const { id } = await made({ allowed_addresses: ['10.1.0.0/16'] }, near);
    const change = (allowed_addresses: unknown) => near.patch(`/v1/api-keys/${id}`, { allowed_addresses });
    expect(await change(null)).toMatchObject(forbidden);
    expect(await change(['11.0.0.0/8'])).toMatchObject(forbidden);
    expect((await change(['10.0.0.0/8'])).status).toBe(200);
    expect(await rotate((await made()).id, {}, near)).toMatchObject(forbidden);
  });

  it('a key changes, rotates and revokes none that may do more; itself it revokes', async () => {
    const weak = await made();
    const by = api.as(weak.key);
    const strong = await made({ scopes: [...scopes, 'tokens:read'] });
    const path = `/v1/api-keys/${strong.id}`;
    expect(await by.patch(path, { name: 'mine' })).toMatchObject(insufficient);
    expect(await rotate(strong.id, {}, by)).toMatchObject(insufficient);
    expect(await by.delete(path)).toMatchObject(insufficient);
    expect(await worksOf(strong.key)).toEqual([200, 200]);
    expect((await by.delete(`/v1/api-keys/${weak.id}`)).status).toBe(204);
    expect(await worksOf(weak.key)).toEqual([401, 401]);
  });

  it('an admin gives out tokens:read without having it; other roles make no keys', async () => {
    const { api: admin } = await fixture.person('admin');
    expect((await made({ scopes: ['tokens:read', 'admin'] }, admin)).scopes).toContain('tokens:read');
    for (const role of ['viewer', 'auditor', 'operator'] as const)
      expect(await post({}, (await fixture.person(role)).api)).toMatchObject({
        status: 403,
        body: { type: '/problems/insufficient-role' },
      });
  });
});
