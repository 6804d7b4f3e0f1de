import { seedConnection, seedWorkspace } from '#testing';
import { jest } from '@jest/globals';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

interface Shown {
  id: string;
  tags: Record<string, string>;
}

jest.setTimeout(30_000);

let world: ConnectFixture;
beforeAll(async () => {
  world = await ConnectFixture.start();
});
afterAll(() => world.stop());

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const seeded = async () => (await seedConnection(world.database, { workspace: world.workspace })).connection;
const change = (id: string, tags: object, headers: Record<string, string> = {}) =>
  world.api.patch<Shown>(`/v1/connections/${id}`, { tags }, headers);
const read = (id: string) => world.api.get<Shown>(`/v1/connections/${id}`);
const eventsOf = (id: string) =>
  world.database.query<{ type: string; tags: object | null }>(
    `SELECT type, data -> 'tags' AS tags FROM outbox_event WHERE subject = $1 ORDER BY sequence`,
    [id],
  );

describe('tags of a connect session', () => {
  it('become the connection’s, are in its events, and are kept by a reconnection that names others', async () => {
    const connect = async (tags: object) => {
      const { id, url } = await world.session({ end_user: { id: 'tagged' }, tags, confirmation: false });
      await world.connect(url);
      expect(await world.told(id)).toMatchObject({ state: 'completed', tags });
      return String((await world.told(id))['connection']);
    };
    const id = await connect({ team: 'red', tier: 'gold' });
    expect((await read(id)).body.tags).toEqual({ team: 'red', tier: 'gold' });
    expect(await eventsOf(id)).toEqual([
      { type: 'connection.authorized', tags: { team: 'red', tier: 'gold' } },
    ]);
    expect(await connect({ team: 'blue' })).toBe(id);
    expect((await read(id)).body.tags).toEqual({ team: 'blue', tier: 'gold' });
    expect(await world.audited(id)).toContainEqual({
      action: 'connection.tags_changed',
      actor: 'api_key',
      detail: { set: { team: 'blue' }, deleted: [] },
    });
    await change(id, many(18));
    await connect({ another: 'x' });
    expect((await read(id)).body.tags).toEqual({ team: 'blue', tier: 'gold', ...many(18) });
    expect((await world.audited(id)).map(({ action }) => action)).toContain('connection.tags_refused');
  });

  it('are refused where they would be too many with those of the connection to renew', async () => {
    const id = await seeded();
    await change(id, many(20));
    const [row] = await world.database.query<{ integration: string; user: string }>(
      `SELECT integration_id AS integration, end_user_id AS user FROM connection WHERE id = $1`,
      [id],
    );
    const wish = { integration: row!.integration, end_user: { id: row!.user }, connection: id };
    const tried = (tags: object) => world.api.post('/v1/connect-sessions', { ...wish, tags });
    expect((await tried({ k0: 'other' })).status).toBe(201);
    expect(await tried({ k20: 'v' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/tags' }] },
    });
  });
});

describe('tags of a connection', () => {
  it('are given to one of the application itself', async () => {
    const { status, body } = await world.api.post<Shown>('/v1/connections', {
      ...{ integration: world.integration, grant_type: 'client_credentials', tags: { job: 'nightly' } },
    });
    expect([status, body.tags]).toEqual([201, { job: 'nightly' }]);
    expect((await read(body.id)).body.tags).toEqual({ job: 'nightly' });
  });

  it('change one by one, only over what was read, and are audited where something changed', async () => {
    const id = await seeded();
    const first = await change(id, { team: 'red', tier: 'gold' });
    const etag = first.headers.get('etag')!;
    const second = await change(id, { team: null, region: 'eu' }, { 'if-match': etag });
    expect(second).toMatchObject({ status: 200, body: { tags: { tier: 'gold', region: 'eu' } } });
    expect(await change(id, { tier: 'none' }, { 'if-match': etag })).toMatchObject({ status: 412 });
    const unchanged = await change(id, { tier: 'gold', nothing: null });
    expect(unchanged.headers.get('etag')).toBe(second.headers.get('etag'));
    expect((await world.audited(id)).map(({ action, detail }) => [action, detail])).toEqual([
      ['connection.tags_changed', { set: { team: 'red', tier: 'gold' }, deleted: [] }],
      ['connection.tags_changed', { set: { region: 'eu' }, deleted: ['team'] }],
    ]);
  });

  it('change together with pausing, or neither does', async () => {
    const id = await seeded();
    const both = (body: object) => world.api.patch(`/v1/connections/${id}`, body);
    expect((await both({ paused: true, tags: { why: 'leak' } })).body).toMatchObject({
      ...{ state: 'paused', tags: { why: 'leak' } },
    });
    expect(await eventsOf(id)).toEqual([{ type: 'connection.paused', tags: { why: 'leak' } }]);
    await world.database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [id]);
    expect((await both({ paused: false, tags: { why: 'no' } })).status).toBe(410);
    expect((await read(id)).body.tags).toEqual({ why: 'leak' });
  });

  it('are twenty at most, counted after the change', async () => {
    const id = await seeded();
    expect((await change(id, many(20))).status).toBe(200);
    expect((await change(id, { k0: null, more: 'v' })).status).toBe(200);
    expect(await change(id, { evenMore: 'v' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/tags' }] },
    });
    expect(Object.keys((await read(id)).body.tags)).toHaveLength(20);
  });

  it.each([
    [{}, ''],
    [{ tags: { 'a:b': 'v' } }, '/tags/a:b'],
    [{ tags: { k: '' } }, '/tags/k'],
    [{ tags: { k: 1 } }, '/tags/k'],
    [{ tags: null }, '/tags'],
  ])('are not changed by %j', async (body, pointer) => {
    expect(await world.api.patch(`/v1/connections/${await seeded()}`, body)).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ pointer })] },
    });
  });

  it('find their connections, by key and value, in no other workspace', async () => {
    const [id, other] = [await seeded(), await seeded()];
    const [tag, foreign] = [{ url: 'https://a.example/x?y' }, await seedWorkspace(world.database)];
    const theirs = await seedConnection(world.database, { workspace: foreign.workspace });
    for (const one of [id, theirs.connection])
      await world.database.query(`UPDATE connection SET tags = $2 WHERE id = $1`, [one, tag]);
    await change(other, { url: 'https://a.example' });
    const found = (text: string) =>
      world.api.get<{ data: Shown[] }>(`/v1/connections?${new URLSearchParams({ tag: text }).toString()}`);
    expect((await found('url:https://a.example/x?y')).body.data).toMatchObject([{ id, tags: tag }]);
    expect((await found('https:url')).body.data).toEqual([]);
    expect(await found('url')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/tag' }] } });
  });
});
