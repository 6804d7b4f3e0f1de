import { applyTransition, ConnectionRepository, Database, Directory } from '#storage';
import { eventually } from '#testing';
import { jest } from '@jest/globals';
import { KillSwitchDrill, type Job } from '../kill-switch.fixture.js';
import { KillingService } from '../revocations/killing.service.js';
import { Graveyard } from './reaper.fixture.js';
import type { CandidatePage } from './reaper.dto.js';

jest.setTimeout(40_000);

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
  // Two replicas: whose time has come is there for both.
  await drill.startReplica();
});
afterAll(() => drill.stop());
afterEach(() => jest.restoreAllMocks());

const dead = { state: 'needs_reauthorization' };
const problem = (slug: string) => expect.objectContaining({ type: `/problems/${slug}` });
const candidates = async ({ api }: Graveyard, query = '') =>
  (await api.get<CandidatePage>(`/v1/reaper/candidates${query}`)).body;

describe('a reaper policy', () => {
  it('lists and does nothing until the workspace wishes more', async () => {
    const yard = await Graveyard.dig(drill);
    await yard.bury(100, { count: 1, ...dead });
    const { status, body, headers } = await yard.api.get('/v1/reaper-policy');
    expect([status, headers.get('etag')]).toEqual([200, '"0"']);
    expect(body).toEqual({
      ...{ dead_after_days: 90, dead_action: 'list', unread_after_days: 180, unread_action: 'list' },
      ...{ erase_after_days: 90, erase_action: 'list', daily_maximum: 100 },
      candidates: { dead: 1, unread: 0, erase: 0 },
      ...{ next_run_at: null, last_run_at: null, held: null, updated_at: null },
    });
    expect((await yard.put({})).body).toMatchObject({ next_run_at: null, candidates: { dead: 1 } });
  });

  it('has days from 1 to 3,650, a maximum above 0, the actions that there are, and nothing else', async () => {
    const yard = await Graveyard.dig(drill);
    for (const change of [
      ...[{ dead_after_days: 0 }, { unread_after_days: -1 }, { erase_after_days: 3_651 }],
      ...[{ dead_after_days: 1.5 }, { dead_after_days: undefined }, { daily_maximum: 0 }],
      ...[{ daily_maximum: null }, { dead_action: 'erase' }, { erase_action: 'revoke' }, { unheard_of: 1 }],
    ])
      expect([change, await yard.put(change)]).toEqual([
        change,
        expect.objectContaining({ status: 400, body: problem('invalid-request') }),
      ]);
    expect((await yard.policy()).updated_at).toBeNull();
  });

  it('is decided by an admin who signed in just before, over what they read', async () => {
    const yard = await Graveyard.dig(drill);
    for (const role of ['viewer', 'auditor', 'operator'] as const)
      expect(await yard.put({}, (await yard.person(role)).api)).toMatchObject({
        status: 403,
        body: problem('insufficient-role'),
      });
    const stale = await yard.person('admin', new Date(Date.now() - 3_600_000));
    expect((await yard.put({}, stale.api)).status).toBe(401);
    const admin = await yard.person('admin');
    const change = { dead_action: 'revoke' };
    const saved = await yard.put(change, admin.api);
    expect(saved.status).toBe(200);
    const inMs = Date.parse(saved.body.next_run_at!) - Date.now();
    expect(inMs).toBeGreaterThan(9 * 60_000);
    const again = await yard.put(change, admin.api);
    expect(again.headers.get('etag')).toBe(saved.headers.get('etag'));
    const entries = (await drill.fixture.audited(yard.workspace)).map(({ action, actor }) => [action, actor]);
    expect(entries).toEqual([['reaper_policy.changed', 'user']]);
  });
});

describe('the candidates of a policy', () => {
  it('are what each rule means, the longest first, page by page, with why and since when', async () => {
    const yard = await Graveyard.dig(drill);
    await yard.put({});
    const [gone] = await yard.bury(40, { count: 1, ...dead });
    const [ended] = await yard.bury(90, { count: 1, state: 'revoked' });
    const unread = await yard.bury(70, { count: 3 });
    await yard.bury(20, { count: 1, ...dead });
    const spared = await yard.bury(100, { count: 4 });
    await yard.readAgo([spared[0]!], 59);
    await yard.bury(100, { count: 1, state: 'paused' });
    await yard.database.query(`UPDATE connection SET authorized_at = now() WHERE id = $1`, [spared[1]]);
    await yard.database.query(`UPDATE connection SET readable_since = now() WHERE id = $1`, [spared[2]]);
    await yard.readAgo([spared[3]!], 61);
    const stranger = await Graveyard.dig(drill);
    await stranger.bury(100, { count: 2 });
    const first = await candidates(yard, '?limit=2');
    expect(first.counts).toEqual({ dead: 1, unread: 4, erase: 1 });
    const rest = await candidates(yard, `?limit=200&cursor=${first.next_cursor}`);
    const all = [...first.data, ...rest.data];
    expect(all.map(({ rule, connection }) => [rule, connection])).toEqual([
      ['erase', ended],
      ...unread.map((id) => ['unread', id]),
      ['unread', spared[3]],
      ['dead', gone],
    ]);
    expect(rest.next_cursor).toBeNull();
    expect(all.at(-1)).toMatchObject({
      ...{ days: 40, state: 'needs_reauthorization', provider: 'sandbox', last_read_at: null },
      reason: 'Its provider has refused it for 40 days, and nobody authorized it again.',
    });
    expect((await candidates(yard, '?rule=dead&dead_after_days=10')).data).toHaveLength(2);
    expect((await yard.api.get('/v1/reaper/candidates?dead_after_days=0')).status).toBe(400);
    expect((await yard.api.get('/v1/reaper/candidates?cursor=WyJ4Il0')).body).toEqual(
      problem('invalid-cursor'),
    );
    const viewer = await yard.person('viewer');
    expect((await viewer.api.get('/v1/reaper/candidates')).status).toBe(200);
  });

  it('begin to count anew where a connection becomes readable again, and not where it recovers from a degradation', async () => {
    const yard = await Graveyard.dig(drill);
    const api = drill.fixture.api.as(yard.api.credential);
    const [resumed, recovered] = await yard.bury(100, { count: 2 });
    const revoked = await yard.bury(100, { count: 1, state: 'expired' });
    await yard.put({});
    for (const paused of [true, false])
      expect((await api.patch(`/v1/connections/${resumed}`, { paused })).status).toBe(200);
    await yard.api.post('/v1/revocations', { connection: revoked[0], reason: 'x' });
    await drill.fixture.app.get(Database, { strict: false }).inWorkspace(yard.workspace, async (tx) => {
      const connection = (await tx.get(ConnectionRepository).lock(recovered!))!;
      for (const trigger of ['renewal_failed', 'refreshed'] as const)
        await applyTransition(tx, connection, trigger, { actor: { type: 'service', id: 'test' } });
      expect(connection.version).toBe(3);
    });
    expect((await candidates(yard)).data.map(({ connection }) => connection)).toEqual([recovered]);
  });
});

describe('a policy that revokes', () => {
  it('does so through a job of the kill switch, as the policy and audited, with the daily maximum as the end of it', async () => {
    const yard = await Graveyard.dig(drill);
    const stranger = await Graveyard.dig(drill);
    const ids = await yard.bury(100, { count: 9, ...dead });
    const unread = await yard.bury(100, { count: 3 });
    const others = await stranger.bury(100, { count: 3, ...dead });
    await yard.put({ dead_action: 'revoke', unread_action: 'revoke', daily_maximum: 6 });
    await yard.run();
    const [job] = await yard.jobs();
    await yard.finished(job!);
    expect(job).toMatchObject({
      ...{ targets: { total: 6 }, reason: 'Policy: dead for 30 days.' },
      requested_by: { type: 'service', id: 'reaper' },
      selector: { policy: 'reaper', rule: 'dead', after_days: 30 },
    });
    await yard.run();
    await yard.run();
    expect(await yard.states([...ids, ...unread])).toEqual({
      revoked: 6,
      needs_reauthorization: 3,
      active: 3,
    });
    await yard.database.query(
      `UPDATE revocation_target SET changed_at = now() - interval '25 hours' WHERE revocation_id = $1`,
      [job!.id],
    );
    await yard.run();
    await eventually(
      async () => expect(await yard.states([...ids, ...unread])).toEqual({ revoked: 12 }),
      20_000,
    );
    expect(await drill.timesEach('audit', [...ids, ...unread])).toEqual({ most: 1, distinct: 12 });
    expect(await yard.states(others)).toEqual({ needs_reauthorization: 3 });
    const [first] = await drill.fixture.audited(ids[0]!);
    expect(first).toMatchObject({
      action: 'connection.revoking',
      actor: 'service',
      detail: { revocation: job!.id },
    });
    const runs = (await drill.fixture.audited(yard.workspace)).filter(
      ({ action }) => action === 'reaper.run',
    );
    expect(runs.map(({ detail }) => [detail['rule'], detail['connections']])).toEqual([
      ['dead', 6],
      ['dead', 3],
      ['unread', 3],
    ]);
  });

  it('leaves alone what was read, or authorized again, before its turn', async () => {
    const yard = await Graveyard.dig(drill);
    const [read, unread] = (await yard.bury(100, { count: 2 })) as [string, string];
    await yard.put({ unread_action: 'revoke' });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    await yard.run();
    const [job] = await yard.jobs();
    expect(job).toMatchObject({ targets: { total: 2, remaining: 2 } });
    await yard.readAgo([read], 0);
    jest.restoreAllMocks();
    expect(await yard.finished(job!)).toMatchObject({
      targets: { total: 2, dead: 1, remaining: 0, spared: 1 },
    });
    expect([await yard.states([read]), await yard.states([unread])]).toEqual([{ active: 1 }, { revoked: 1 }]);
    const report = await yard.api.get<{ report: { results: object[] } }>(`/v1/revocations/${job!.id}/report`);
    expect(report.body.report.results).toMatchObject([{ result: 'spared' }, { result: 'killed' }]);
  });

  it('stops where it is when it is switched off, with the answer', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(100, { count: 20, ...dead });
    await yard.put({ dead_action: 'revoke' });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    await yard.run();
    const [job] = await yard.jobs();
    expect((await yard.put({ dead_action: 'list' })).body.next_run_at).toBeNull();
    jest.restoreAllMocks();
    const ended = await eventually(async () => {
      const { body } = await yard.api.get<Job & { finished_at: string | null }>(`/v1/revocations/${job!.id}`);
      expect(body.finished_at).not.toBeNull();
      return body;
    });
    expect(ended).toMatchObject({ state: 'cancelled', targets: { dead: 0, remaining: 20 } });
    expect(await yard.states(ids)).toEqual({ needs_reauthorization: 20 });
  });

  it('waits for a second human above the threshold, who is not whoever wished for it, and asks once a day', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(100, { count: 2, ...dead });
    await yard.database.query(`UPDATE workspace SET approval_above = 1 WHERE id = $1`, [yard.workspace]);
    const [setter, other] = [await yard.person('admin'), await yard.person('admin')];
    await yard.put({ dead_action: 'revoke', daily_maximum: 500 }, setter.api);
    await yard.run();
    await yard.run();
    const [refused, ...more] = await yard.jobs();
    expect([refused!.state, more]).toEqual(['awaiting_approval', []]);
    await drill.decide(other.api, 'reject', refused!);
    await yard.run();
    expect(await yard.jobs()).toHaveLength(1);
    await yard.database.query(
      `UPDATE reaper_run SET started_at = now() - interval '25 hours' WHERE revocation_id = $1`,
      [refused!.id],
    );
    await yard.run();
    const [job] = await yard.jobs();
    expect(await drill.decide(setter.api, 'approve', job!)).toMatchObject({
      status: 403,
      body: problem('approval-own'),
    });
    expect(await yard.states(ids)).toEqual({ needs_reauthorization: 2 });
    expect((await drill.decide(other.api, 'approve', job!)).status).toBe(200);
    await yard.finished(job!);
    expect(await yard.states(ids)).toEqual({ revoked: 2 });
  });

  it('holds what is unread while nobody records reads, and in a workspace that is suspended', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = [...(await yard.bury(100, { count: 2 })), ...(await yard.bury(100, { count: 2, ...dead }))];
    await yard.put({ unread_action: 'revoke', dead_action: 'revoke' });
    jest.spyOn(Directory.prototype, 'readsRecordedAgoMs').mockResolvedValue(null);
    expect((await yard.run()).held).toBe('reads_not_recorded');
    await eventually(async () => expect(await yard.states(ids)).toEqual({ active: 2, revoked: 2 }), 20_000);
    jest.restoreAllMocks();
    const suspend = (at: string) =>
      yard.database.query(`UPDATE workspace SET suspended_at = ${at} WHERE id = $1`, [yard.workspace]);
    await suspend('now()');
    await yard.hurry();
    const due = `SELECT FROM list_due_reapers(10) WHERE workspace_id = $1`;
    expect(await yard.database.query(due, [yard.workspace])).toEqual([]);
    await suspend('NULL');
    expect((await yard.run()).held).toBeNull();
    await eventually(async () => expect(await yard.states(ids)).toEqual({ revoked: 4 }), 20_000);
  });
});
