import { seedConnection, seedWorkspace } from '#testing';
import { jest } from '@jest/globals';
import { KillSwitchDrill, type Items } from './kill-switch.fixture.js';

jest.setTimeout(30_000);

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
});
afterAll(() => drill.stop());
afterEach(() => jest.restoreAllMocks());

describe('a selector', () => {
  it('is counted exactly, by what each provider supports, and a dry run changes nothing', async () => {
    const endUser = 'preview-user';
    const told = await drill.seed({ count: 25, endUser });
    const untold = await drill.seed({ count: 3, endUser, provider: 'notion' });
    const dead = await drill.seed({ count: 2, endUser, state: 'revoked' });
    const found = await drill.preview({ end_user: endUser });
    expect(found).toMatchObject({ count: 28, already_dead: 2, end_users: 1, unknown_connections: 0 });
    expect(found.by_provider.map(({ provider, count }) => [provider, count])).toEqual([
      ['sandbox', 25],
      ['notion', 3],
    ]);
    expect(found.by_provider[0]).toMatchObject({ revocation: 'supported', kills: 'grant' });
    expect(found.by_integration).toEqual([
      expect.objectContaining({ integration: told.integration, count: 25 }),
      expect.objectContaining({ integration: untold.integration, count: 3 }),
    ]);
    expect(found.by_state).toEqual([{ state: 'active', count: 28 }]);
    expect(found.sample).toHaveLength(20);
    expect(await drill.statesOf([...told.ids, ...untold.ids, ...dead.ids])).toEqual({
      active: 28,
      revoked: 2,
    });
    expect((await drill.api.get<Items>('/v1/revocations')).body.data).toEqual([]);
  });

  it('says beforehand of how many a provider is not told, and why', async () => {
    const { database } = drill.fixture;
    const { integration, ids } = await drill.seed({ count: 5, provider: 'google' });
    await database.query(`UPDATE connection SET end_user_id = 'twice' WHERE id = ANY ($1)`, [
      ids.slice(0, 2),
    ]);
    await database.query(`UPDATE connection SET subject = 'once' WHERE id = ANY ($1)`, [ids.slice(2, 4)]);
    const withheld = async (selector: object) => {
      const { by_integration, by_provider } = await drill.preview(selector);
      expect(by_provider.map((one) => one.withheld)).toEqual(by_integration.map((one) => one.withheld));
      return by_integration[0]!.withheld;
    };
    expect(await withheld({ connections: ids.slice(1, 3) })).toBe(2);
    expect(await withheld({ connections: ids.slice(0, 3) })).toBe(1);
    expect(await withheld({ integration })).toBe(0);
    await database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [ids[0]]);
    expect(await withheld({ connections: [ids[1]] })).toBe(0);
    await database.query(`UPDATE connection SET grant_type = 'client_credentials' WHERE id = $1`, [ids[4]]);
    const { by_provider } = await drill.preview({ integration });
    expect(by_provider).toMatchObject([{ count: 4, revocation: 'partly', kills: 'user_grants' }]);
  });

  it('finds by every member it has, all of which must hold', async () => {
    const mine = {
      ...{ provider: 'github', scopes: ['repo', 'gist'], clientId: 'client-of-theirs' },
      ...{ createdAt: '2020-05-01T00:00:00Z', state: 'degraded', endUser: 'selected' },
    };
    const { integration, ids } = await drill.seed({ count: 3, ...mine });
    await drill.fixture.database.query(
      `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at) VALUES ($1, $2, 1, now())`,
      [drill.fixture.workspace, ids[0]],
    );
    const all = {
      ...{ connections: [...ids, 'con_nobody'], integration, provider: 'github', scope: 'gist' },
      ...{ client_id: 'client-of-theirs', end_user: 'selected', state: 'degraded' },
      ...{ created_before: '2020-06-01T00:00:00Z', created_after: '2020-04-01T00:00:00+02:00' },
    };
    expect(await drill.preview(all)).toMatchObject({ count: 3, unknown_connections: 1 });
    expect(await drill.preview({ ...all, last_read_before: '2021-01-01T00:00:00Z' })).toMatchObject({
      count: 2,
    });
    const others = [
      { connections: [ids[1]] },
      { integration: drill.fixture.integration },
      { provider: 'google' },
      { scope: 'user' },
      { client_id: 'client' },
      { end_user: 'somebody' },
      { state: 'active' },
      { created_before: '2020-04-01T00:00:00Z' },
      { created_after: '2020-06-01T00:00:00Z' },
    ];
    const counts = [];
    for (const other of others) counts.push((await drill.preview({ ...all, ...other })).count);
    expect(counts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    [{}, '/selector'],
    [{ everything: true }, '/selector/everything'],
    [{ connections: [] }, '/selector/connections'],
    [{ connections: Array.from({ length: 10_001 }, (_, i) => `con_${i}`) }, '/selector/connections'],
    [{ created_before: 'yesterday' }, '/selector/created_before'],
    [{ state: 'alive' }, '/selector/state'],
    [{ end_user: '' }, '/selector/end_user'],
    [{ tags: {} }, '/selector/tags'],
    [{ tags: { vendor: null } }, '/selector/tags/vendor'],
  ])(
    '%# that is not one is refused with a pointer, and never means everything',
    async (selector, pointer) => {
      for (const more of [{ dry_run: true }, { reason: 'x' }])
        expect(await drill.api.post('/v1/revocations', { selector, ...more })).toMatchObject({
          status: 400,
          body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
        });
    },
  );

  it.each([
    [{ reason: 'x' }, '/connection'],
    [{ connection: 'con_1', selector: { end_user: 'x' }, reason: 'x' }, '/selector'],
    [{ connection: 'con_1', reason: 'x', dry_run: true }, '/dry_run'],
    [{ connection: 'con_1', reason: 'x', expected_count: 1 }, '/expected_count'],
    [{ selector: { end_user: 'x' } }, '/reason'],
    [{ selector: { end_user: 'x' }, reason: 'x', expected_count: -1 }, '/expected_count'],
  ])('goes with what it needs: %j is refused at %s', async (wish, pointer) => {
    expect(await drill.api.post('/v1/revocations', wish)).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ pointer })] },
    });
  });

  it('finds by tags, all of which must be there with their values; the others stay as they are', async () => {
    const { database, workspace } = drill.fixture;
    const { integration, ids } = await drill.seed({ count: 4 });
    const tag = (id: string, tags: object) =>
      database.query(`UPDATE connection SET tags = $2 WHERE id = $1`, [id, tags]);
    await tag(ids[0]!, { vendor: 'drift', tier: 'gold' });
    await tag(ids[1]!, { vendor: 'drift', tier: 'free', region: 'eu' });
    await tag(ids[2]!, { vendor: 'other', note: 'drift' });
    const theirs = await seedConnection(database);
    await tag(theirs.connection, { vendor: 'drift' });
    expect(theirs.workspace).not.toBe(workspace);
    const found = await drill.preview({ tags: { vendor: 'drift' } });
    expect(found).toMatchObject({
      count: 2,
      by_integration: [{ integration, count: 2 }],
      sample: [{ connection: ids[1] }, { connection: ids[0], tags: { vendor: 'drift', tier: 'gold' } }],
    });
    expect((await drill.preview({ tags: { vendor: 'drift', region: 'eu' } })).count).toBe(1);
    expect((await drill.preview({ tags: { vendor: 'drift', region: 'us' } })).count).toBe(0);
    expect((await drill.preview({ tags: { vendor: 'drift' }, state: 'paused' })).count).toBe(0);
    const job = await drill.kill({ tags: { vendor: 'drift' } }, { expected_count: 2 });
    expect(await drill.locallyDead(job.id)).toMatchObject({
      selector: { tags: { vendor: 'drift' } },
      targets: { total: 2 },
    });
    expect(await drill.statesOf([...ids.slice(2), theirs.connection])).toEqual({ active: 3 });
  });

  it('may name 10,000 ids', async () => {
    const { ids } = await drill.seed({ count: 2 });
    const connections = [...ids, ...Array.from({ length: 9_998 }, (_, i) => `con_${'0'.repeat(30)}${i}`)];
    expect(await drill.preview({ connections })).toMatchObject({ count: 2, unknown_connections: 9_998 });
  });

  it('finds nothing of another workspace', async () => {
    const theirs = await seedConnection(drill.fixture.database, { endUser: 'shared-name' });
    expect(await drill.preview({ connections: [theirs.connection] })).toMatchObject({
      count: 0,
      unknown_connections: 1,
    });
    const job = await drill.kill({ end_user: 'shared-name' });
    expect(await drill.finished(job.id)).toMatchObject({ targets: { total: 0 } });
    expect(await drill.statesOf([theirs.connection])).toEqual({ active: 1 });
    const stranger = drill.api.as((await seedWorkspace(drill.fixture.database)).apiKey);
    for (const verb of ['pause', 'resume', 'cancel', 'retry-failed'])
      expect((await stranger.post(`/v1/revocations/${job.id}/${verb}`, {})).status).toBe(404);
  });

  it('that matches more than was expected does nothing, and says how many', async () => {
    const { ids, integration } = await drill.seed({ count: 4 });
    const wish = { selector: { integration }, reason: 'x', expected_count: 3 };
    expect(await drill.api.post('/v1/revocations', wish)).toMatchObject({
      status: 409,
      body: { type: '/problems/more-than-expected', count: 4, expected_count: 3 },
    });
    expect(await drill.statesOf(ids)).toEqual({ active: 4 });
    expect((await drill.kill({ integration }, { expected_count: 4 })).targets.total).toBe(4);
  });
});
