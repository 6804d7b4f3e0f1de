import { seedConnection } from '#testing';
import { RunningAdmin, type Persona } from '../admin.fixture.js';

interface Page {
  data: { id: string; state: string; created_at: string }[];
  next_cursor: string | null;
  previous_cursor: string | null;
  partial: boolean;
}

let admin: RunningAdmin;
/** Those of this file, oldest first. */
let ids: string[];

const states = ['active', 'active', 'degraded', 'active', 'needs_reauthorization', 'revoked', 'active'];

beforeAll(async () => {
  admin = await RunningAdmin.start();
  await admin.database.query(`DELETE FROM connection WHERE workspace_id = 'wsp_1'`);
  ids = [];
  for (const [i, state] of states.entries()) {
    const { connection } = await seedConnection(admin.database, { workspace: 'wsp_1', state });
    ids.push(connection);
    await admin.database.query(
      `UPDATE connection SET created_at = now() - $2 * interval '1 day', end_user_id = 'U-' || $3, end_user_email = 'Ada.' || $3 || '@Example.com',
         end_user_name = 'Person ' || $3, scopes_granted = ARRAY['read', 'only' || $3] WHERE id = $1`,
      [connection, states.length - i, String(i)],
    );
    await admin.database.query(
      `UPDATE connection_slot SET expires_at = now() + $2 * interval '1 hour',
         reauthorize_by = CASE WHEN $3 % 3 = 0 THEN now() + (9 - $3) * interval '1 day' END WHERE connection_id = $1`,
      [connection, (i * 3) % 7, i],
    );
    if (i % 2 === 0)
      await admin.database.query(
        `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at)
         VALUES ('wsp_1', $1, 1, now() - $2 * interval '2 hours')`,
        [connection, i],
      );
  }
}, 30_000);

afterAll(() => admin.close());

const list = async (query: string, who: Persona = 'viewer') => {
  const { status, body } = await admin.call('GET', `connections?${query}`, undefined, who);
  return { status, ...(body as unknown as Page & { type?: string }) };
};

/** As places in the order of creation. */
const places = ({ data }: Pick<Page, 'data'>) => data.map(({ id }) => ids.indexOf(id));

describe('the list of connections', () => {
  it.each([
    ['-created_at', [6, 5, 4, 3, 2, 1, 0]],
    ['created_at', [0, 1, 2, 3, 4, 5, 6]],
    ['expires_at', [0, 5, 3, 1, 6, 4, 2]],
    ['-expires_at', [2, 4, 6, 1, 3, 5, 0]],
    ['reauthorize_by', [6, 3, 0]],
    ['-reauthorize_by', [0, 3, 6]],
    ['last_read_at', [6, 4, 2, 0]],
    ['-last_read_at', [0, 2, 4, 6]],
  ])('goes by %s to its end and back again, every connection once', async (sort, order) => {
    const forth: number[] = [];
    const pages: string[] = [];
    let query = `sort=${sort}&limit=2`;
    let page = await list(query);
    expect(page.previous_cursor).toBeNull();
    for (;;) {
      forth.push(...places(page));
      pages.push(JSON.stringify(places(page)));
      if (!page.next_cursor) break;
      page = await list(`${query}&cursor=${page.next_cursor}`);
    }
    expect(forth).toEqual(order);
    while (page.previous_cursor) {
      pages.pop();
      page = await list(`${query}&cursor=${page.previous_cursor}`);
      expect(JSON.stringify(places(page))).toBe(pages.at(-1));
    }
    expect(pages).toHaveLength(1);
    query = `sort=${sort}&limit=200`;
    expect(places(await list(query))).toEqual(order);
  });

  it.each([
    ['state=degraded,revoked', [5, 2]],
    ['q=ada.3', [3]],
    ['q=u-4', [4]],
    ['q=person%206', [6]],
    ['q=da.3', []],
    ['q=%25', []],
    ['email=ADA.1%40example.com', [1]],
    ['scope=only2', [2]],
    ['scope=nobody', []],
    ['end_user=U-2', [2]],
    ['end_user=u-2', []],
    ['provider=nobody', []],
    ['q=ada&state=active&sort=expires_at', [0, 3, 1, 6]],
  ])('narrows by %s', async (query, found) => {
    const page = await list(query);
    expect(page).toMatchObject({ status: 200, partial: false, next_cursor: null });
    expect(places(page)).toEqual(found);
    const count = (await admin.call('GET', `connections/count?${query.replace(/&sort=.*/, '')}`)).body;
    expect(count).toEqual({ count: found.length, estimate: false });
  });

  it('narrows by when they were made, end, and were read', async () => {
    const at = (hours: number) => encodeURIComponent(new Date(Date.now() + hours * 3_600_000).toISOString());
    expect(places(await list(`created_after=${at(-84)}&created_before=${at(-12)}`))).toEqual([6, 5, 4]);
    expect(places(await list(`expires_before=${at(1.5)}`))).toEqual([5, 0]);
    expect(places(await list(`expires_after=${at(4.5)}&expires_before=${at(5.5)}`))).toEqual([4]);
    expect(places(await list(`reauthorize_before=${at(7 * 24)}&sort=reauthorize_by`))).toEqual([6, 3]);
    expect(places(await list(`reauthorize_after=${at(7 * 24)}`))).toEqual([0]);
    expect(places(await list(`last_read_after=${at(-5)}`))).toEqual([2, 0]);
    expect(places(await list(`last_read_before=${at(-5)}`))).toEqual([6, 5, 4, 3, 1]);
  });

  it.each([
    ['expires_at', 'expires'],
    ['reauthorize_by', 'reauthorize'],
  ])('puts one of several tokens where its first end within the range is, by %s', async (column, name) => {
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
    const { connection } = await seedConnection(admin.database, { workspace: 'wsp_1' });
    const later = await seedConnection(admin.database, { workspace: 'wsp_1' });
    await admin.database.query(
      `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation) SELECT workspace_id, connection_id, s, id || s, 1
       FROM connection_slot, unnest(ARRAY['second', 'third']) s WHERE connection_id = $1`,
      [connection],
    );
    const ends = [
      [connection, 'default', 1],
      [connection, 'second', 1_000],
      [connection, 'third', 1_002],
      [later.connection, 'default', 1_001],
    ] as const;
    for (const [id, slot, after] of ends)
      await admin.database.query(
        `UPDATE connection_slot SET ${column} = $3 WHERE connection_id = $1 AND slot = $2`,
        [id, slot, hours(after)],
      );
    const found = async (query: string) => (await list(query)).data.map(({ id }) => id);
    const range = `${name}_after=${hours(990)}&${name}_before=${hours(1_010)}`;
    const both = [connection, later.connection];
    // By the index, among candidates of a search, and as counted.
    expect(await found(`${range}&sort=${column}`)).toEqual(both);
    expect(await found(`${range}&sort=-${column}`)).toEqual(both.toReversed());
    expect(await found(`${range}&sort=${column}&q=con_`)).toEqual(both);
    const { body } = await admin.call('GET', `connections/count?${range}`);
    expect(body).toEqual({ count: 2, estimate: false });
    await admin.database.query(`DELETE FROM connection WHERE id = ANY ($1)`, [both]);
  });

  it('finds one by its id, and by how it begins', async () => {
    expect(places(await list(`q=${ids[3]!.toUpperCase()}`))).toEqual([3]);
    expect(places(await list(`q=${ids[3]!.slice(0, -6)}`))).toEqual([3]);
  });

  it('refuses a cursor of another sort or other filters, and states that are none', async () => {
    const { next_cursor: cursor } = await list('limit=2&state=active');
    expect((await list(`limit=3&state=active&cursor=${cursor}`)).status).toBe(200);
    for (const query of ['', 'state=degraded&', 'state=active&sort=created_at&'])
      expect(await list(`${query}cursor=${cursor}`)).toMatchObject({
        status: 400,
        type: '/problems/invalid-cursor',
      });
    expect((await list('state=asleep')).status).toBe(400);
    expect((await list('sort=state')).status).toBe(400);
  });

  it('is of one workspace', async () => {
    expect(places(await list('q=ada', 'stranger'))).toEqual([]);
    expect((await list('', 'nobody')).status).toBe(404);
  });

  it('says of many that it counted about so many', async () => {
    await admin.database.query(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, state, scopes_requested, scopes_granted, resource)
       SELECT workspace_id, id || '_' || n, integration_id, provider, grant_type, 'paused', '{}', '{}', '{}'
       FROM connection, generate_series(1, 10050) n WHERE id = $1`,
      [ids[0]],
    );
    await admin.database.query('ANALYZE connection');
    const { body } = await admin.call('GET', 'connections/count?state=paused');
    expect(body).toMatchObject({ estimate: true, count: expect.any(Number) });
    expect(Math.abs((body.count as number) - 10_050)).toBeLessThan(500);
    expect((await admin.call('GET', 'connections/count?state=active')).body).toEqual({
      count: 4,
      estimate: false,
    });
  });
});
