import { join } from 'node:path';
import { withConnection } from '#embedded';
import { Database, RevocationJobRepository } from '#storage';
import { ApiClient, eventually, startProcess } from '#testing';
import { jest } from '@jest/globals';
import { KillSwitchDrill, type Items, type Job } from './kill-switch.fixture.js';
import { KillingService } from './revocations/killing.service.js';

jest.setTimeout(30_000);

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
});
afterAll(() => drill.stop());
afterEach(() => jest.restoreAllMocks());

const problem = (slug: string) => expect.objectContaining({ type: `/problems/${slug}` });

describe('a kill switch', () => {
  it('kills what it found and nothing that came later, each once, and tells the provider', async () => {
    const { ids, integration } = await drill.seed({ count: 30 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await drill.kill({ integration });
    expect(job).toMatchObject({ state: 'running', targets: { total: 30, dead: 0, remaining: 30 } });
    const [late] = await drill.fixture.database.query<{ id: string }>(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, state, scopes_requested,
         scopes_granted, resource)
       VALUES ($1, 'con_late', $2, 'sandbox', 'authorization_code', 'active', '{}', '{}', '{}') RETURNING id`,
      [drill.fixture.workspace, integration],
    );
    jest.restoreAllMocks();
    const ended = await drill.finished(job.id);
    expect(ended).toMatchObject({ targets: { total: 30, dead: 30, remaining: 0 }, items: { failed: 30 } });
    expect(ended.per_second).toBeGreaterThan(0);
    expect(await drill.statesOf(ids)).toEqual({ revoked: 30 });
    expect(await drill.statesOf([late!.id])).toEqual({ active: 1 });
    await drill.expectEachOnce(ids);
    const entries = await drill.fixture.audited(ids[0]!);
    expect(entries[0]).toMatchObject({
      action: 'connection.revoking',
      actor: 'api_key',
      detail: { revocation: job.id, detail: 'a leak' },
    });
    expect((await drill.fixture.audited(job.id)).map(({ action }) => action)).toEqual([
      'revocation.requested',
      'revocation.finished',
    ]);
  });

  it('leaves no token to be read, and ends what was connected for real at the provider', async () => {
    const session = await drill.fixture.session();
    const { leftFor } = await drill.fixture.connect(session.url);
    const { body } = await drill.fixture.confirm(session.id, leftFor!.searchParams.get('code'));
    const connection = body['connection'] as string;
    const job = await drill.kill({ connections: [connection] });
    await drill.locallyDead(job.id);
    expect((await drill.fixture.api.get(`/v1/connections/${connection}/token`)).status).toBe(410);
    expect(await drill.finished(job.id)).toMatchObject({ items: { verified_dead: 1 } });
    const again = await drill.api.post<Job>('/v1/revocations', { connection, reason: 'again' });
    expect([again.status, again.body.id]).toEqual([200, job.id]);
  });

  it('counts as dead what died or was erased meanwhile, and what has no token ends at once', async () => {
    const { ids, integration } = await drill.seed({ count: 3, generation: 0 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await drill.kill({ integration });
    const single = await drill.api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'first' });
    await drill.fixture.database.query(`DELETE FROM connection WHERE id = $1`, [ids[1]]);
    jest.restoreAllMocks();
    expect(await drill.finished(job.id)).toMatchObject({
      targets: { total: 3, dead: 3 },
      items: { failed: 0 },
    });
    expect(await drill.statesOf(ids)).toEqual({ revoked: 2 });
    const again = await drill.api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'again' });
    expect(again.body.id).toBe(single.body.id);
    expect(await drill.timesEach('audit', ids)).toEqual({ most: 1, distinct: 2 });
  });

  it('stops where it is paused, goes on where it is resumed, and leaves the rest alive where it is cancelled', async () => {
    const { ids, integration } = await drill.seed({ count: 60 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await drill.kill({ integration });
    const steer = (verb: string) => drill.api.post<Job>(`/v1/revocations/${job.id}/${verb}`, {});
    expect(await steer('resume')).toMatchObject({ status: 409, body: problem('revocation-not-running') });
    expect((await steer('pause')).body.state).toBe('paused');
    jest.restoreAllMocks();
    await drill.services[0]!.get(KillingService, { strict: false }).work(
      drill.fixture.workspace,
      job.id,
      () => true,
    );
    expect(await drill.statesOf(ids)).toEqual({ active: 60 });
    await drill.fixture.database.query(
      `UPDATE revocation_target SET state = 'already_dead' WHERE revocation_id = $1 AND connection_id = ANY ($2)`,
      [job.id, ids.slice(0, 10)],
    );
    expect((await steer('cancel')).body).toMatchObject({
      state: 'cancelled',
      targets: { total: 60, dead: 10, remaining: 50 },
    });
    expect(await steer('resume')).toMatchObject({ status: 409 });
    expect(await drill.statesOf(ids)).toEqual({ active: 60 });
    const second = await drill.kill({ integration });
    await drill.api.post(`/v1/revocations/${second.id}/pause`, {});
    await drill.api.post(`/v1/revocations/${second.id}/resume`, {});
    await drill.locallyDead(second.id);
    expect(await steer('pause')).toMatchObject({ status: 409 });
  });

  it('is paused after the chunks that are under way, however many more stand ready', async () => {
    const { integration } = await drill.seed({ count: 1 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const { id } = await drill.kill({ integration });
    const database = drill.services[0]!.get(Database, { strict: false });
    const { workspace } = drill.fixture;
    const order: string[] = [];
    const chunk = (name: string, until: Promise<void>) =>
      database.inWorkspace(workspace, async (tx) => {
        const held = await tx.get(RevocationJobRepository).holdRunning(id);
        order.push(`${name} ${held ? 'holds it' : 'finds it paused'}`);
        await until;
      });
    const waiting = (count: number) =>
      eventually(async () => {
        const rows = await drill.fixture.database.query(
          `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`,
        );
        expect(rows).toHaveLength(count);
      });
    const first = Promise.withResolvers<void>();
    const works = [chunk('first', first.promise)];
    await eventually(async () => expect(order).toEqual(['first holds it']));
    const paused = drill.api.post<Job>(`/v1/revocations/${id}/pause`, {});
    await waiting(1);
    works.push(chunk('second', Promise.resolve()));
    await waiting(2);
    first.resolve();
    expect((await paused).body.state).toBe('paused');
    await Promise.all(works);
    expect(order).toEqual(['first holds it', 'second finds it paused']);
  });

  it('is found in the list by whether it is of many and whether it goes on', async () => {
    const { ids, integration } = await drill.seed({ count: 2 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const { id: many } = await drill.kill({ integration });
    const single = await drill.api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'one' });
    const one = single.body.id;
    const found = async (query: string) => {
      const { body } = await drill.api.get<{ data: Job[] }>(`/v1/revocations?limit=200&${query}`);
      return [many, one].filter((id) => body.data.some((job) => job.id === id));
    };
    expect(await found('')).toEqual([many, one]);
    expect(await found('of=selection')).toEqual([many]);
    expect(await found('of=connection')).toEqual([one]);
    expect(await found('of=selection&open=true')).toEqual([many]);
    jest.restoreAllMocks();
    await drill.finished(many);
    await drill.finished(one);
    expect(await found('open=true')).toEqual([]);
    expect(await found('open=false')).toEqual([many, one]);
    expect((await drill.api.get('/v1/revocations?of=all')).status).toBe(400);
  });

  it('shows its items by state, and tells the provider again of what failed where that is asked for', async () => {
    const { ids, integration } = await drill.seed({ count: 3 });
    const job = await drill.kill({ integration });
    await drill.finished(job.id);
    const items = async (state: string) =>
      (await drill.api.get<Items>(`/v1/revocations/${job.id}/items?state=${state}`)).body.data;
    expect((await items('failed')).map(({ connection }) => connection).sort()).toEqual(ids);
    expect(await items('revoked')).toEqual([]);
    expect((await drill.api.get(`/v1/revocations/${job.id}/items?state=dead`)).status).toBe(400);
    await drill.fixture.database.query(`UPDATE revocation_item SET attempts = 300 WHERE revocation_id = $1`, [
      job.id,
    ]);
    const told = `SELECT FROM revocation_item WHERE revocation_id = $1 AND attempts = 1`;
    expect((await drill.api.post<Job>(`/v1/revocations/${job.id}/retry-failed`, {})).status).toBe(200);
    await eventually(async () => expect(await drill.fixture.database.query(told, [job.id])).toHaveLength(3));
    expect(await drill.finished(job.id)).toMatchObject({ items: { failed: 3, pending: 0 } });
  });

  it('is done by however many replicas, each target once, and goes on where one is killed halfway', async () => {
    const { ids, integration } = await drill.seed({ count: 3_000 });
    const dying = await startProcess('revocation-audit', {
      env: {
        LOG_LEVEL: 'silent',
        PUBLIC_URL: drill.fixture.api.origin,
        REVOCATION_AUDIT_DATABASE_URL: drill.fixture.database.urlOf('revocation-audit'),
        REDIS_URL: drill.fixture.redis.url,
        VAULT_KEY_FILE: join(drill.fixture.folder, 'keys.json'),
        ASSERTION_JWKS_FILE: join(drill.fixture.folder, 'assertion.jwks.json'),
        OUTBOUND_SANDBOX_ORIGIN: drill.fixture.sandbox.url,
        KILL_SWITCH_APPROVAL_ABOVE: '10000',
      },
    });
    // Only the one that will be killed works, at first.
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await drill.kill({ integration }, {}, new ApiClient(dying.url, drill.fixture.apiKey));
    await withConnection(drill.fixture.database.adminUrl, async (client) => {
      // Somebody is at the last one, so that it cannot be done before it is killed.
      await client.query('BEGIN');
      await client.query(`SELECT FROM connection WHERE id = $1 FOR UPDATE`, [ids.at(-1)]);
      await drill.reached(job.id, ({ targets }) => expect(targets.dead).toBeGreaterThan(1_000));
      await dying.kill();
      await client.query('ROLLBACK');
    });
    expect((await drill.find(job.id)).targets.remaining).toBeGreaterThan(0);
    jest.restoreAllMocks();
    await drill.startReplica();
    await drill.locallyDead(job.id);
    expect(await drill.statesOf(ids)).not.toHaveProperty('active');
    await drill.expectEachOnce(ids);
    // Whoever comes next is not kept waiting by what is to be told here.
    await drill.fixture.database.query(`DELETE FROM revocation_item WHERE revocation_id = $1`, [job.id]);
  }, 60_000);
});

it('kills 10,000 connections locally, and says how long it took', async () => {
  const { ids, integration } = await drill.seed({ count: 10_000 });
  const fast = await drill.startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '10000' });
  const begun = performance.now();
  const job = await drill.kill({ integration }, { expected_count: 10_000 }, fast);
  const asked = performance.now();
  await eventually(async () => expect((await drill.find(job.id)).dead_at).not.toBeNull(), 60_000);
  const took = (performance.now() - begun) / 1_000;
  process.stdout.write(
    `10,000 connections dead after ${took.toFixed(1)} s (asked for in ${((asked - begun) / 1_000).toFixed(1)} s)\n`,
  );
  expect(await drill.statesOf(ids)).not.toHaveProperty('active');
  await drill.expectEachOnce(ids);
}, 90_000);
