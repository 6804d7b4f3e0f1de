import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { withConnection } from '#embedded';
import { eventually, startProcess, type ApiClient } from '#testing';
import { jest } from '@jest/globals';
import type { EndUserPreview, EndUserRemovalView, EndUserView } from '../end-users/end-user.dto.js';
import { KillSwitchDrill, type Items, type Job } from '../kill-switch.fixture.js';
import { KillingService } from '../revocations/killing.service.js';
import { everythingInPostgres } from '../token-lookups/everything-kept.fixture.js';
import { Graveyard } from './reaper.fixture.js';
import { ReaperService } from './reaper.service.js';

jest.setTimeout(40_000);

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
  // Two replicas: what is to be erased is there for both.
  await drill.startReplica();
});
afterAll(() => drill.stop());
afterEach(() => jest.restoreAllMocks());

const problem = (slug: string) => expect.objectContaining({ type: `/problems/${slug}` });

describe('a policy that erases', () => {
  it('goes on where it was killed halfway, erases each once, and no more than the daily maximum', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(100, { count: 160, state: 'revoked' });
    const young = await yard.bury(5, { count: 1, state: 'revoked' });
    // Only the one that will be killed works, at first.
    jest.spyOn(ReaperService.prototype, 'run').mockResolvedValue();
    const dying = await startProcess('revocation-audit', {
      env: {
        LOG_LEVEL: 'silent',
        PUBLIC_URL: drill.fixture.api.origin,
        REVOCATION_AUDIT_DATABASE_URL: drill.fixture.database.urlOf('revocation-audit'),
        REDIS_URL: drill.fixture.redis.url,
        VAULT_KEY_FILE: join(drill.fixture.folder, 'keys.json'),
        ASSERTION_JWKS_FILE: join(drill.fixture.folder, 'assertion.jwks.json'),
        OUTBOUND_SANDBOX_ORIGIN: drill.fixture.sandbox.url,
      },
    });
    const left = async () => Object.values(await yard.states(ids)).reduce((sum, count) => sum + count, 0);
    await withConnection(drill.fixture.database.adminUrl, async (client) => {
      // Somebody is at one of the second chunk, so that it cannot be done before it is killed.
      await client.query('BEGIN');
      await client.query(`SELECT FROM connection WHERE id = $1 FOR UPDATE`, [ids[120]]);
      await yard.put({ erase_action: 'erase', daily_maximum: 150 });
      await yard.hurry();
      await eventually(async () => expect(await left()).toBe(60), 20_000);
      await dying.kill();
      await client.query('ROLLBACK');
    });
    jest.restoreAllMocks();
    await yard.run();
    await yard.run();
    expect([await left(), await yard.states(young)]).toEqual([10, { revoked: 1 }]);
    const [erased] = await yard.database.query(
      `SELECT count(*)::integer AS entries, count(DISTINCT subject_id)::integer AS distinct, min(actor_id) AS actor
       FROM audit_entry WHERE action = 'connection.erased' AND workspace_id = $1`,
      [yard.workspace],
    );
    expect(erased).toEqual({ entries: 150, distinct: 150, actor: 'reaper' });
    const events = `SELECT FROM outbox_event WHERE type = 'connection.erased' AND workspace_id = $1`;
    expect(await yard.database.query(events, [yard.workspace])).toHaveLength(150);
  });

  it('waits for what a refresh on the way may still bring', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(100, { count: 2, state: 'revoked' });
    await yard.database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline) VALUES ($1, 'att_' || $2, $2, 'default', 'w', 'schedule', 1, 1, 'ambiguous', now())`,
      [yard.workspace, ids[0]],
    );
    await yard.put({ erase_action: 'erase' });
    await yard.run();
    expect([await yard.states(ids), (await yard.policy()).candidates.erase]).toEqual([{ revoked: 1 }, 0]);
  });
});

/** An end user with a name of their own, connected for real; and all that is sealed and known of the connection. */
async function connected(id: string): Promise<{ connection: string; traces: string[] }> {
  const name = `Grace ${id}`;
  const email = `${id}@people.example`.replaceAll(/[^\w.@-]/g, '-');
  const session = await drill.fixture.session({ end_user: { id, email, display_name: name } });
  const { leftFor } = await drill.fixture.connect(session.url);
  const { body } = await drill.fixture.confirm(session.id, leftFor!.searchParams.get('code'), id);
  const connection = body['connection'] as string;
  const landed = randomBytes(16);
  const kept = await drill.fixture.database.query<{ trace: string }>(
    `SELECT encode(unnest(ARRAY[sealed_access_token, sealed_refresh_token, access_token_fingerprint,
       refresh_token_fingerprint]), 'hex') AS trace FROM token_set WHERE connection_id = $1`,
    [connection],
  );
  await drill.fixture.database.query(
    `WITH attempt AS (
       INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, closed_at) VALUES ($1, 'att_' || $2, $2, 'default', 'w', 'schedule', 1, 1, 'orphaned', now(), now())
       RETURNING workspace_id, id)
     INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer)
     SELECT workspace_id, id, 'landed', $3 FROM attempt`,
    [drill.fixture.workspace, connection, landed],
  );
  return { connection, traces: [...kept.map(({ trace }) => trace), landed.toString('hex'), name, email] };
}

async function tracesLeft(traces: readonly string[]): Promise<string[]> {
  const all = await everythingInPostgres(drill.fixture.database);
  return traces.filter((trace) => all.includes(trace));
}

const at = (id: string) =>
  `/v1/end-users/${/^[\w-]+$/.test(id) ? id : `~${Buffer.from(id).toString('base64url')}`}`;
const found = async (api: ApiClient, id: string) => (await api.get<EndUserView>(at(id))).body;
const removed = (api: ApiClient, id: string, state = 'erased') =>
  eventually(async () => {
    const user = await found(api, id);
    expect(user.removal?.state).toBe(state);
    return user;
  }, 20_000);

it('takes the links that came to nothing with the last connection of an end user, and leaves one that is open', async () => {
  const id = 'with-vain-links';
  const [{ connection }, { database, workspace }] = [await connected(id), drill.fixture];
  const session = (email: string) => drill.fixture.session({ end_user: { id, email } });
  const sessions = [await session('failed@v.example'), await session('late@v.example')];
  await session('open@v.example');
  await database.query(
    `UPDATE connect_session SET state = CASE WHEN id = $1 THEN 'failed' ELSE state END, expires_at = now() WHERE id IN ($1, $2)`,
    sessions.map((one) => one.id),
  );
  await database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [connection]);
  expect((await drill.fixture.api.delete(`/v1/connections/${connection}`)).status).toBe(204);
  const left = await database.query(
    `SELECT end_user_email AS email FROM connect_session WHERE workspace_id = $1 AND end_user_id = $2`,
    [workspace, id],
  );
  expect(left).toEqual([{ email: 'open@v.example' }]);
});

describe('the removal of an end user', () => {
  it('tells the provider, and then leaves nothing to open and nothing of who they were', async () => {
    const id = 'https://issuer.example/users/1?tenant=a';
    const [{ connection, traces }, other] = [await connected(id), await connected('somebody-else')];
    expect([traces.length, await tracesLeft(traces)]).toEqual([7, traces]);
    const open = await drill.fixture.session({ end_user: { id } });
    const dry = await drill.api.delete<EndUserPreview>(`${at(id)}?dry_run=true`);
    expect(dry).toMatchObject({ status: 200, body: { end_user: id, connections: 1, connect_sessions: 2 } });
    expect(dry.body.revoked).toMatchObject({ count: 1, sample: [{ connection }] });
    expect(await found(drill.api, id)).toMatchObject({ connections: 1, removal: null });
    const { status, body } = await drill.api.delete<EndUserRemovalView>(`${at(id)}?expected_count=1`);
    expect([status, body]).toEqual([202, expect.objectContaining({ end_user: id, connections: 1 })]);
    expect((await drill.fixture.browser().open(open.url)).html).not.toContain('/start');
    expect(await removed(drill.api, id)).toMatchObject({
      ...{ connections: 0, connect_sessions: 0 },
      removal: { id: body.id, erased: 1, connect_sessions: 1 },
    });
    expect(await tracesLeft(traces)).toEqual([]);
    expect((await drill.fixture.api.get(`/v1/connections/${connection}`)).status).toBe(404);
    const { data } = (await drill.api.get<Items>(`/v1/revocations/${body.revocation}/items`)).body;
    expect(data).toMatchObject([{ connection, state: 'verified_dead' }]);
    const steps = (await drill.fixture.audited(connection)).map(({ action }) => action);
    expect(steps.slice(-5)).toEqual([
      'connection.revoking',
      'revocation.verified',
      'connection.revoked',
      'connection.revocation_confirmed',
      'connection.erased',
    ]);
    expect((await drill.fixture.audited(id)).map(({ action }) => action)).toEqual([
      'end_user.removal_requested',
      'end_user.removed',
    ]);
    const told = await drill.fixture.database.query(
      `SELECT data FROM outbox_event WHERE type = 'end_user.removed' AND subject = $1`,
      [body.id],
    );
    const event = { end_user: id, removal: body.id, revocation: body.revocation, connections: 1 };
    expect(told).toEqual([{ data: event }]);
    const again = await drill.api.delete<EndUserRemovalView>(at(id));
    expect([again.status, again.body.id]).toEqual([200, body.id]);
    // The other one is untouched; erased by hand, as little is left.
    expect(await tracesLeft(other.traces)).toEqual(other.traces);
    const revoked = await drill.api.post<Job>('/v1/revocations', {
      connection: other.connection,
      reason: 'x',
    });
    await drill.finished(revoked.body.id);
    expect((await drill.fixture.api.delete(`/v1/connections/${other.connection}`)).status).toBe(204);
    expect(await tracesLeft(other.traces)).toEqual([]);
  });

  it('lets nobody in who was on the way when it was asked for', async () => {
    const end_user = { id: 'on-the-way' };
    const session = await drill.fixture.session({ end_user });
    const browser = drill.fixture.browser();
    const callback = await drill.fixture.untilCallback(session.url, browser);
    expect((await drill.api.delete(at(end_user.id))).status).toBe(202);
    expect((await browser.fetch(callback)).status).toBeGreaterThanOrEqual(400);
    expect(await removed(drill.api, end_user.id)).toMatchObject({ connections: 0, connect_sessions: 0 });
  });

  it('of more than was expected changes nothing, not even a link', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(1, { count: 3, endUser: 'three' });
    await yard.database.query(
      `INSERT INTO connect_session (workspace_id, id, integration_id, token_hash, state, end_user_id, scopes, resource,
         confirmation, created_by, expires_at)
       SELECT workspace_id, 'cse_' || id, integration_id, sha256(id::bytea), 'open', 'three', '{}', '{}', true, '{}', now()
       FROM connection WHERE id = $1`,
      [ids[0]],
    );
    expect(await yard.api.delete(`${at('three')}?expected_count=2`)).toMatchObject({
      status: 409,
      body: { type: '/problems/more-than-expected', count: 3 },
    });
    for (const query of ['expected_count=-1', 'expected_count=x', 'dry_run=1', 'force=true', 'reason='])
      expect([query, (await yard.api.delete(`${at('three')}?${query}`)).status]).toEqual([query, 400]);
    expect(await found(yard.api, 'three')).toMatchObject({
      connections: 3,
      connect_sessions: 1,
      removal: null,
    });
    expect(await yard.states(ids)).toEqual({ active: 3 });
  });

  it('waits for a second human above the threshold, ends where they refuse, and may be asked for again', async () => {
    const yard = await Graveyard.dig(drill);
    const [asker, other] = [await yard.person('admin'), await yard.person('admin')];
    await yard.database.query(`UPDATE workspace SET approval_above = 1 WHERE id = $1`, [yard.workspace]);
    const alive = await yard.bury(1, { count: 1, endUser: 'watched' });
    const ended = await yard.bury(1, { count: 1, endUser: 'watched', state: 'revoked' });
    const remove = async () => (await asker.api.delete<EndUserRemovalView>(at('watched'))).body;
    const first = await remove();
    expect((await remove()).id).toBe(first.id);
    const jobOf = async ({ revocation }: EndUserRemovalView) =>
      (await yard.api.get<Job>(`/v1/revocations/${revocation}`)).body;
    const job = await jobOf(first);
    expect(job).toMatchObject({ state: 'awaiting_approval', targets: { total: 2 } });
    expect((await drill.decide(other.api, 'reject', job)).status).toBe(200);
    await removed(yard.api, 'watched', 'stopped');
    expect(await yard.states([...alive, ...ended])).toEqual({ active: 1, revoked: 1 });
    const second = await remove();
    expect(second.id).not.toBe(first.id);
    expect((await drill.decide(other.api, 'approve', await jobOf(second))).status).toBe(200);
    expect(await removed(yard.api, 'watched')).toMatchObject({ connections: 0, removal: { erased: 2 } });
  });

  it('erases nothing that is not at its end, and goes on when it is', async () => {
    const yard = await Graveyard.dig(drill);
    const ids = await yard.bury(1, { count: 90, endUser: 'many' });
    await yard.database.query(`UPDATE connection SET state = 'revoked' WHERE id = ANY ($1)`, [
      ids.slice(0, 20),
    ]);
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    await yard.api.delete(at('many'));
    await eventually(async () => expect(await yard.states(ids)).toEqual({ active: 70 }), 20_000);
    expect(await found(yard.api, 'many')).toMatchObject({
      connections: 70,
      removal: { state: 'revoking', erased: 20 },
    });
    jest.restoreAllMocks();
    expect(await removed(yard.api, 'many')).toMatchObject({ connections: 0, removal: { erased: 90 } });
    const [erased] = await yard.database.query(
      `SELECT count(*)::integer AS entries, count(DISTINCT subject_id)::integer AS distinct FROM audit_entry
       WHERE action = 'connection.erased' AND workspace_id = $1`,
      [yard.workspace],
    );
    expect(erased).toEqual({ entries: 90, distinct: 90 });
  });

  it('is for those who may revoke, signed in just before, and sees one workspace', async () => {
    const [yard, stranger] = [await Graveyard.dig(drill), await Graveyard.dig(drill)];
    const ids = await yard.bury(1, { count: 1, endUser: 'shared' });
    const theirs = await stranger.bury(1, { count: 1, endUser: 'theirs' });
    for (const how of ['get', 'delete'] as const)
      expect(await yard.api[how](at('theirs'))).toMatchObject({
        status: 404,
        body: problem('end-user-not-found'),
      });
    const viewer = (await yard.person('viewer')).api;
    expect((await viewer.get(at('shared'))).status).toBe(200);
    expect((await viewer.delete(at('shared'))).status).toBe(403);
    const stale = (await yard.person('operator', new Date(Date.now() - 3_600_000))).api;
    expect((await stale.delete(at('shared'))).body).toEqual(problem('insufficient-user-authentication'));
    expect(await yard.states([...ids, ...theirs])).toEqual({ active: 2 });
    expect((await yard.api.get('/v1/end-users/~YQ==')).status).toBe(400);
  });
});
