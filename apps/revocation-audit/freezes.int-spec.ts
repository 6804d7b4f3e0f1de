import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually, seedWorkspace, type ApiClient } from '#testing';
import { jest } from '@jest/globals';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { FreezingService } from './freezes/freezing.service.js';
import { seedConnections, type Seeds } from './kill-switch.fixture.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';

interface Freeze {
  id: string;
  state: string;
  targets: Record<'total' | 'frozen' | 'skipped' | 'lifted' | 'remaining', number>;
}

interface Row {
  id: string;
  state: string;
  returnState: string | null;
  frozenBy: string | null;
  due: string | null;
}

jest.setTimeout(30_000);

let fixture: ConnectFixture;
let api: ApiClient;
const services: NestFastifyApplication[] = [];

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  // Two replicas: what is to be done is there for both.
  for (let i = 0; i < 2; i++) {
    const started = await startRevocationAudit(fixture);
    services.push(started.service);
    ({ api } = started);
  }
}, 30_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await fixture.stop();
});

afterEach(() => jest.restoreAllMocks());

const seed = (seeds: Seeds) => seedConnections(fixture.database, fixture.workspace, seeds);

const reached = (id: string, state: string): Promise<Freeze> =>
  eventually(async () => {
    const { body } = await api.get<Freeze>(`/v1/freezes/${id}`);
    expect(body.state).toBe(state);
    return body;
  }, 20_000);

async function freeze(selector: object, more: object = {}): Promise<Freeze> {
  const { status, body } = await api.post<Freeze>('/v1/freezes', { selector, reason: 'a leak', ...more });
  expect(status).toBe(202);
  return body;
}

const frozen = async (selector: object) => reached((await freeze(selector)).id, 'frozen');

async function lifted({ id }: Freeze): Promise<Freeze> {
  expect((await api.delete(`/v1/freezes/${id}`)).status).toBe(202);
  return reached(id, 'lifted');
}

const rows = (ids: readonly string[]): Promise<Row[]> =>
  fixture.database.query<Row>(
    `SELECT c.id, c.state, c.return_state AS "returnState", c.frozen_by AS "frozenBy", s.refresh_due_at::text AS due
     FROM connection c JOIN connection_slot s ON s.connection_id = c.id WHERE c.id = ANY ($1) ORDER BY c.id`,
    [ids],
  );
const states = async (ids: readonly string[]) => (await rows(ids)).map(({ state }) => state);
const pause = async (id: string, paused: boolean) =>
  expect((await fixture.api.patch(`/v1/connections/${id}`, { paused })).status).toBe(200);

describe('a freeze', () => {
  it('pauses what it found, whatever its state, and lifting it brings each back as it was, schedule and all', async () => {
    const endUser = 'frozen-user';
    const seeds = ['active', 'degraded', 'needs_reauthorization', 'pending', 'quarantined'];
    const ids: string[] = [];
    for (const state of seeds) ids.push(...(await seed({ count: 2, state, endUser })).ids);
    const before = await rows(ids);
    const ended = await seed({ count: 1, state: 'revoked', endUser });
    const made = await frozen({ end_user: endUser });
    expect(made.targets).toEqual({ total: 10, frozen: 10, skipped: 0, lifted: 0, remaining: 0 });
    const between = await rows(ids);
    expect(new Set(between.map(({ state, due }) => `${state} ${due}`))).toEqual(new Set(['paused null']));
    expect(between.map(({ returnState }) => returnState)).toEqual(before.map(({ state }) => state));
    expect(new Set(between.map(({ frozenBy }) => frozenBy))).toEqual(new Set([made.id]));
    expect((await fixture.api.get(`/v1/connections/${ids[0]}/token`)).status).toBe(409);
    const late = await seed({ count: 1, endUser });
    const undone = await lifted(made);
    expect(undone.targets).toMatchObject({ frozen: 0, lifted: 10 });
    const after = await rows(ids);
    // What was not to be renewed at all is not renewed now.
    expect(after.map(({ id, state }) => [id, state])).toEqual(before.map(({ id, state }) => [id, state]));
    expect(after.filter(({ state }) => state === 'active' || state === 'degraded')).toEqual(
      before.filter(({ state }) => state === 'active' || state === 'degraded'),
    );
    expect(await states([...late.ids, ...ended.ids])).toEqual(expect.arrayContaining(['active', 'revoked']));
    const steps = (await fixture.audited(ids[0]!)).map(({ action, detail }) => [action, detail['freeze']]);
    expect(steps).toEqual([
      ['connection.paused', made.id],
      ['connection.resumed', made.id],
    ]);
    expect((await fixture.audited(made.id)).map(({ action }) => action)).toEqual([
      'freeze.created',
      'freeze.lifted',
    ]);
  });

  it('leaves paused what somebody paused before, or since, or resumed and paused again', async () => {
    const { ids, integration } = await seed({ count: 4 });
    const [before, since, again, resumed] = ids as [string, string, string, string];
    await pause(before, true);
    const made = await frozen({ integration });
    expect(made.targets).toMatchObject({ total: 4, frozen: 3, skipped: 1 });
    await pause(since, true);
    await pause(again, false);
    await pause(again, true);
    await pause(resumed, false);
    await lifted(made);
    expect(await states([before, since, again])).toEqual(['paused', 'paused', 'paused']);
    expect(await states([resumed])).toEqual(['active']);
  });

  it('over another holds until both are lifted, in either order, and keeps the schedule', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { ids, integration } = await seed({ count: 2 });
      const before = await rows(ids);
      const both = [await frozen({ integration }), await frozen({ connections: [ids[0]] })] as const;
      await lifted(both[order[0]]);
      expect(await states(ids)).toEqual(order[0] === 0 ? ['paused', 'active'] : ['paused', 'paused']);
      await lifted(both[order[1]]);
      expect(await rows(ids)).toEqual(before);
    }
  });

  it('that somebody resumed from holds no longer what a later one froze', async () => {
    const { ids, integration } = await seed({ count: 1 });
    const first = await frozen({ integration });
    await pause(ids[0]!, false);
    await lifted(await frozen({ integration }));
    expect(await states(ids)).toEqual(['active']);
    await lifted(first);
    expect(await states(ids)).toEqual(['active']);
  });

  it('is no obstacle to revoking, and lifting it brings nothing back', async () => {
    const { ids, integration } = await seed({ count: 2 });
    const made = await frozen({ integration });
    await api.post('/v1/revocations', { connection: ids[0], reason: 'x' });
    await lifted(made);
    const [dead, alive] = await states(ids);
    expect([['revoking', 'revoked'].includes(dead!), alive]).toEqual([true, 'active']);
  });

  it('that is lifted while it is under way freezes nothing more, and undoes what it froze', async () => {
    const { ids, integration } = await seed({ count: 600 });
    jest.spyOn(FreezingService.prototype, 'work').mockResolvedValue();
    const made = await freeze({ integration });
    const service = services[0]!.get<unknown>(FreezingService, { strict: false }) as {
      someOf: (workspace: string, id: string) => Promise<number>;
    };
    expect(await service.someOf(fixture.workspace, made.id)).toBe(250);
    expect((await api.delete<Freeze>(`/v1/freezes/${made.id}`)).body).toMatchObject({
      state: 'lifting',
      targets: { frozen: 250, skipped: 350, remaining: 250 },
    });
    jest.restoreAllMocks();
    expect((await reached(made.id, 'lifted')).targets).toMatchObject({ lifted: 250, skipped: 350 });
    expect(new Set(await states(ids))).toEqual(new Set(['active']));
    expect((await api.delete<Freeze>(`/v1/freezes/${made.id}`)).body.state).toBe('lifted');
  });

  it('previews, and does nothing where more match than was expected', async () => {
    const { ids, integration } = await seed({ count: 3 });
    const wish = { selector: { integration }, reason: 'x' };
    expect((await api.post('/v1/freezes', { ...wish, dry_run: true })).body).toMatchObject({ count: 3 });
    expect(await api.post('/v1/freezes', { ...wish, expected_count: 2 })).toMatchObject({
      status: 409,
      body: { type: '/problems/more-than-expected', count: 3 },
    });
    expect(await api.post('/v1/freezes', { selector: {}, reason: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ pointer: '/selector' })] },
    });
    expect((await api.post('/v1/freezes', { selector: { integration } })).status).toBe(400);
    expect(new Set(await states(ids))).toEqual(new Set(['active']));
  });

  it('of another workspace is none', async () => {
    const made = await freeze({ connections: ['con_nobody'] });
    const stranger = api.as((await seedWorkspace(fixture.database)).apiKey);
    for (const id of [made.id, 'frz_nobody'])
      for (const answer of [
        await stranger.get(`/v1/freezes/${id}`),
        await stranger.delete(`/v1/freezes/${id}`),
      ])
        expect(answer).toMatchObject({ status: 404, body: { type: '/problems/freeze-not-found' } });
    expect((await stranger.get('/v1/freezes')).body['data']).toEqual([]);
    expect((await api.get<{ data: Freeze[] }>('/v1/freezes?limit=1')).body.data[0]!.id).toBe(made.id);
  });
});
