import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiClient, eventually, seedConnection, seedWorkspace, startProcess } from '#testing';
import { withConnection } from '#embedded';
import { jest } from '@jest/globals';
import canonicalize from 'canonicalize';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { personAt, seedConnections, type Seeds } from './kill-switch.fixture.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';
import { KillingService } from './revocations/killing.service.js';

interface Preview {
  count: number;
  already_dead: number;
  unknown_connections: number;
  end_users: number;
  by_provider: { provider: string; count: number; revocation: string; kills: string | null }[];
  by_integration: { integration: string; count: number }[];
  by_state: { state: string; count: number }[];
  sample: { connection: string }[];
}

interface Job {
  id: string;
  state: string;
  targets: { total: number; dead: number; remaining: number; already_dead: number };
  per_second: number | null;
  approval: { id: string; state: string; content_hash: string } | null;
  items: Record<string, number>;
  dead_at: string | null;
}

interface Items {
  data: { id: string; connection: string; state: string }[];
  next_cursor: string | null;
}

jest.setTimeout(30_000);

let fixture: ConnectFixture;
let api: ApiClient;
const services: NestFastifyApplication[] = [];

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  api = await startReplica();
}, 30_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await fixture.stop();
});

afterEach(() => jest.restoreAllMocks());

async function startReplica(settings: Record<string, string> = {}): Promise<ApiClient> {
  const started = await startRevocationAudit(fixture, settings);
  services.push(started.service);
  return started.api;
}

const seed = (seeds: Seeds) => seedConnections(fixture.database, fixture.workspace, seeds);
const problem = (slug: string) => expect.objectContaining({ type: `/problems/${slug}` });

const preview = async (selector: object, by = api) => {
  const { status, body } = await by.post<Preview>('/v1/revocations', { selector, dry_run: true });
  expect(status).toBe(200);
  return body;
};

const kill = async (selector: object, more: object = {}, by = api): Promise<Job> => {
  const { status, body } = await by.post<Job>('/v1/revocations', { selector, reason: 'a leak', ...more });
  expect([status, body]).toEqual([202, expect.anything()]);
  return body;
};

const find = async (id: string) => (await api.get<Job>(`/v1/revocations/${id}`)).body;

const reached = (id: string, check: (job: Job) => void, patienceMs = 20_000): Promise<Job> =>
  eventually(async () => {
    const job = await find(id);
    check(job);
    return job;
  }, patienceMs);

const finished = (id: string) => reached(id, ({ state }) => expect(state).toBe('finished'));
const locallyDead = (id: string) => reached(id, ({ targets }) => expect(targets.remaining).toBe(0));

async function statesOf(ids: readonly string[]): Promise<Record<string, number>> {
  const rows = await fixture.database.query<{ state: string; count: number }>(
    `SELECT state, count(*)::integer AS count FROM connection WHERE id = ANY ($1) GROUP BY 1`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How often each connection has something: the largest and the number of those that have it at all. */
async function timesEach(table: 'items' | 'audit' | 'events', ids: readonly string[]) {
  const of = {
    items: `SELECT connection_id AS id FROM revocation_item`,
    audit: `SELECT subject_id AS id FROM audit_entry WHERE action = 'connection.revoking'`,
    events: `SELECT subject AS id FROM outbox_event WHERE type = 'connection.revoking'`,
  };
  const [row] = await fixture.database.query<{ most: number; distinct: number }>(
    `SELECT max(n)::integer AS most, count(*)::integer AS distinct
     FROM (SELECT count(*) AS n FROM (${of[table]}) AS t WHERE id = ANY ($1) GROUP BY id) AS counted`,
    [ids],
  );
  return row!;
}

async function expectEachOnce(ids: readonly string[]): Promise<void> {
  for (const table of ['items', 'audit', 'events'] as const)
    expect([table, await timesEach(table, ids)]).toEqual([table, { most: 1, distinct: ids.length }]);
}

const decide = (who: ApiClient, how: 'approve' | 'reject', job: Job, hash = job.approval!.content_hash) =>
  who.post<Job>(`/v1/revocations/${job.id}/${how}`, { content_hash: hash });

describe('a selector', () => {
  it('is counted exactly, by what each provider supports, and a dry run changes nothing', async () => {
    const endUser = 'preview-user';
    const told = await seed({ count: 25, endUser });
    const untold = await seed({ count: 3, endUser, provider: 'notion' });
    const dead = await seed({ count: 2, endUser, state: 'revoked' });
    const found = await preview({ end_user: endUser });
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
    expect(await statesOf([...told.ids, ...untold.ids, ...dead.ids])).toEqual({ active: 28, revoked: 2 });
    expect((await api.get<Items>('/v1/revocations')).body.data).toEqual([]);
  });

  it('finds by every member it has, all of which must hold', async () => {
    const mine = {
      ...{ provider: 'github', scopes: ['repo', 'gist'], clientId: 'client-of-theirs' },
      ...{ createdAt: '2020-05-01T00:00:00Z', state: 'degraded', endUser: 'selected' },
    };
    const { integration, ids } = await seed({ count: 3, ...mine });
    await fixture.database.query(
      `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at) VALUES ($1, $2, 1, now())`,
      [fixture.workspace, ids[0]],
    );
    const all = {
      ...{ connections: [...ids, 'con_nobody'], integration, provider: 'github', scope: 'gist' },
      ...{ client_id: 'client-of-theirs', end_user: 'selected', state: 'degraded' },
      ...{ created_before: '2020-06-01T00:00:00Z', created_after: '2020-04-01T00:00:00+02:00' },
    };
    expect(await preview(all)).toMatchObject({ count: 3, unknown_connections: 1 });
    expect(await preview({ ...all, last_read_before: '2021-01-01T00:00:00Z' })).toMatchObject({ count: 2 });
    const others = [
      { connections: [ids[1]] },
      { integration: fixture.integration },
      { provider: 'google' },
      { scope: 'user' },
      { client_id: 'client' },
      { end_user: 'somebody' },
      { state: 'active' },
      { created_before: '2020-04-01T00:00:00Z' },
      { created_after: '2020-06-01T00:00:00Z' },
    ];
    const counts = [];
    for (const other of others) counts.push((await preview({ ...all, ...other })).count);
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
  ])(
    '%# that is not one is refused with a pointer, and never means everything',
    async (selector, pointer) => {
      for (const more of [{ dry_run: true }, { reason: 'x' }])
        expect(await api.post('/v1/revocations', { selector, ...more })).toMatchObject({
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
    expect(await api.post('/v1/revocations', wish)).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ pointer })] },
    });
  });

  it('may name 10,000 ids', async () => {
    const { ids } = await seed({ count: 2 });
    const connections = [...ids, ...Array.from({ length: 9_998 }, (_, i) => `con_${'0'.repeat(30)}${i}`)];
    expect(await preview({ connections })).toMatchObject({ count: 2, unknown_connections: 9_998 });
  });

  it('finds nothing of another workspace', async () => {
    const theirs = await seedConnection(fixture.database, { endUser: 'shared-name' });
    expect(await preview({ connections: [theirs.connection] })).toMatchObject({
      count: 0,
      unknown_connections: 1,
    });
    const job = await kill({ end_user: 'shared-name' });
    expect(await finished(job.id)).toMatchObject({ targets: { total: 0 } });
    expect(await statesOf([theirs.connection])).toEqual({ active: 1 });
    const stranger = api.as((await seedWorkspace(fixture.database)).apiKey);
    for (const verb of ['pause', 'resume', 'cancel', 'retry-failed'])
      expect((await stranger.post(`/v1/revocations/${job.id}/${verb}`, {})).status).toBe(404);
  });

  it('that matches more than was expected does nothing, and says how many', async () => {
    const { ids, integration } = await seed({ count: 4 });
    const wish = { selector: { integration }, reason: 'x', expected_count: 3 };
    expect(await api.post('/v1/revocations', wish)).toMatchObject({
      status: 409,
      body: { type: '/problems/more-than-expected', count: 4, expected_count: 3 },
    });
    expect(await statesOf(ids)).toEqual({ active: 4 });
    expect((await kill({ integration }, { expected_count: 4 })).targets.total).toBe(4);
  });
});

describe('a kill switch', () => {
  it('kills what it found and nothing that came later, each once, and tells the provider', async () => {
    const { ids, integration } = await seed({ count: 30 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await kill({ integration });
    expect(job).toMatchObject({ state: 'running', targets: { total: 30, dead: 0, remaining: 30 } });
    const [late] = await fixture.database.query<{ id: string }>(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, state, scopes_requested,
         scopes_granted, resource)
       VALUES ($1, 'con_late', $2, 'sandbox', 'authorization_code', 'active', '{}', '{}', '{}') RETURNING id`,
      [fixture.workspace, integration],
    );
    jest.restoreAllMocks();
    const ended = await finished(job.id);
    expect(ended).toMatchObject({ targets: { total: 30, dead: 30, remaining: 0 }, items: { failed: 30 } });
    expect(ended.per_second).toBeGreaterThan(0);
    expect(await statesOf(ids)).toEqual({ revoked: 30 });
    expect(await statesOf([late!.id])).toEqual({ active: 1 });
    await expectEachOnce(ids);
    const entries = await fixture.audited(ids[0]!);
    expect(entries[0]).toMatchObject({
      action: 'connection.revoking',
      actor: 'api_key',
      detail: { revocation: job.id, detail: 'a leak' },
    });
    expect((await fixture.audited(job.id)).map(({ action }) => action)).toEqual([
      'revocation.requested',
      'revocation.finished',
    ]);
  });

  it('leaves no token to be read, and ends what was connected for real at the provider', async () => {
    const session = await fixture.session();
    const { leftFor } = await fixture.connect(session.url);
    const { body } = await fixture.confirm(session.id, leftFor!.searchParams.get('code'));
    const connection = body['connection'] as string;
    const job = await kill({ connections: [connection] });
    await locallyDead(job.id);
    expect((await fixture.api.get(`/v1/connections/${connection}/token`)).status).toBe(410);
    expect(await finished(job.id)).toMatchObject({ items: { revoked: 1 } });
    const again = await api.post<Job>('/v1/revocations', { connection, reason: 'again' });
    expect([again.status, again.body.id]).toEqual([200, job.id]);
  });

  it('counts as dead what died or was erased meanwhile, and what has no token ends at once', async () => {
    const { ids, integration } = await seed({ count: 3, generation: 0 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await kill({ integration });
    const single = await api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'first' });
    await fixture.database.query(`DELETE FROM connection WHERE id = $1`, [ids[1]]);
    jest.restoreAllMocks();
    expect(await finished(job.id)).toMatchObject({ targets: { total: 3, dead: 3 }, items: { failed: 0 } });
    expect(await statesOf(ids)).toEqual({ revoked: 2 });
    const again = await api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'again' });
    expect(again.body.id).toBe(single.body.id);
    expect(await timesEach('audit', ids)).toEqual({ most: 1, distinct: 2 });
  });

  it('stops where it is paused, goes on where it is resumed, and leaves the rest alive where it is cancelled', async () => {
    const { ids, integration } = await seed({ count: 60 });
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await kill({ integration });
    const steer = (verb: string) => api.post<Job>(`/v1/revocations/${job.id}/${verb}`, {});
    expect(await steer('resume')).toMatchObject({ status: 409, body: problem('revocation-not-running') });
    expect((await steer('pause')).body.state).toBe('paused');
    jest.restoreAllMocks();
    await services[0]!.get(KillingService, { strict: false }).work(fixture.workspace, job.id, () => true);
    expect(await statesOf(ids)).toEqual({ active: 60 });
    await fixture.database.query(
      `UPDATE revocation_target SET state = 'already_dead' WHERE revocation_id = $1 AND connection_id = ANY ($2)`,
      [job.id, ids.slice(0, 10)],
    );
    expect((await steer('cancel')).body).toMatchObject({
      state: 'cancelled',
      targets: { total: 60, dead: 10, remaining: 50 },
    });
    expect(await steer('resume')).toMatchObject({ status: 409 });
    expect(await statesOf(ids)).toEqual({ active: 60 });
    const second = await kill({ integration });
    await api.post(`/v1/revocations/${second.id}/pause`, {});
    await api.post(`/v1/revocations/${second.id}/resume`, {});
    await locallyDead(second.id);
    expect(await steer('pause')).toMatchObject({ status: 409 });
  });

  it('shows its items by state, and tells the provider again of what failed where that is asked for', async () => {
    const { ids, integration } = await seed({ count: 3 });
    const job = await kill({ integration });
    await finished(job.id);
    const items = async (state: string) =>
      (await api.get<Items>(`/v1/revocations/${job.id}/items?state=${state}`)).body.data;
    expect((await items('failed')).map(({ connection }) => connection).sort()).toEqual(ids);
    expect(await items('revoked')).toEqual([]);
    expect((await api.get(`/v1/revocations/${job.id}/items?state=dead`)).status).toBe(400);
    const told = `SELECT FROM revocation_item WHERE revocation_id = $1 AND attempts = 2`;
    expect((await api.post<Job>(`/v1/revocations/${job.id}/retry-failed`, {})).status).toBe(200);
    await eventually(async () => expect(await fixture.database.query(told, [job.id])).toHaveLength(3));
    expect(await finished(job.id)).toMatchObject({ items: { failed: 3, pending: 0 } });
  });

  it('is done by however many replicas, each target once, and goes on where one is killed halfway', async () => {
    const { ids, integration } = await seed({ count: 3_000 });
    const dying = await startProcess('revocation-audit', {
      env: {
        LOG_LEVEL: 'silent',
        PUBLIC_URL: fixture.api.origin,
        REVOCATION_AUDIT_DATABASE_URL: fixture.database.urlOf('revocation-audit'),
        REDIS_URL: fixture.redis.url,
        VAULT_KEY_FILE: join(fixture.folder, 'keys.json'),
        ASSERTION_JWKS_FILE: join(fixture.folder, 'assertion.jwks.json'),
        OUTBOUND_SANDBOX_ORIGIN: fixture.sandbox.url,
        KILL_SWITCH_APPROVAL_ABOVE: '10000',
      },
    });
    // Only the one that will be killed works, at first.
    jest.spyOn(KillingService.prototype, 'work').mockResolvedValue();
    const job = await kill({ integration }, {}, new ApiClient(dying.url, fixture.apiKey));
    await withConnection(fixture.database.adminUrl, async (client) => {
      // Somebody is at the last one, so that it cannot be done before it is killed.
      await client.query('BEGIN');
      await client.query(`SELECT FROM connection WHERE id = $1 FOR UPDATE`, [ids.at(-1)]);
      await reached(job.id, ({ targets }) => expect(targets.dead).toBeGreaterThan(1_000));
      await dying.kill();
      await client.query('ROLLBACK');
    });
    expect((await find(job.id)).targets.remaining).toBeGreaterThan(0);
    jest.restoreAllMocks();
    await startReplica();
    await locallyDead(job.id);
    expect(await statesOf(ids)).not.toHaveProperty('active');
    await expectEachOnce(ids);
    // Whoever comes next is not kept waiting by what is to be told here.
    await fixture.database.query(`DELETE FROM revocation_item WHERE revocation_id = $1`, [job.id]);
  }, 60_000);
});

describe('a second human', () => {
  const admin = (options: { signedInAt?: Date; id?: string } = {}) =>
    personAt(fixture, api, 'admin', options);
  const longAgo = { signedInAt: new Date(Date.now() - 3_600_000) };
  let integration: string;
  let ids: string[];
  let strict: ApiClient;

  beforeAll(async () => {
    strict = await startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '2' });
    ({ ids, integration } = await seed({ count: 3 }));
  });

  const ask = (who: { api: ApiClient } = { api: strict }) =>
    kill({ integration }, {}, new ApiClient(strict.origin, who.api.credential));

  it('is needed above the threshold, and nothing is done before', async () => {
    expect((await kill({ connections: ids.slice(0, 0).concat('con_x') }, {}, strict)).approval).toBeNull();
    const job = await ask();
    expect(job).toMatchObject({
      state: 'awaiting_approval',
      approval: { state: 'pending', content_hash: expect.stringMatching(/^sha256:/) },
      targets: { total: 3, dead: 0 },
    });
    const [row] = await fixture.database.query<{ action: string; content: object }>(
      `SELECT action, content FROM approval WHERE id = $1`,
      [job.approval!.id],
    );
    expect(row).toEqual({
      action: 'revocation.run',
      content: { selector: { integration }, targets: 3, targets_hash: expect.stringMatching(/^sha256:/) },
    });
    await services[0]!.get(KillingService, { strict: false }).work(fixture.workspace, job.id, () => true);
    expect(await statesOf(ids)).toEqual({ active: 3 });
    expect(await api.post(`/v1/revocations/${job.id}/resume`, {})).toMatchObject({ status: 409 });
  });

  it('is an admin who signed in just before; never a key, nor whoever asked, by themselves or with their key', async () => {
    const asker = await admin();
    const job = await ask(asker);
    await fixture.database.query(`UPDATE api_key SET person_id = $1`, [asker.id]);
    const keys = await ask();
    await fixture.database.query(`UPDATE api_key SET person_id = NULL`);
    for (const how of ['approve', 'reject'] as const) {
      expect(await decide(api, how, job)).toMatchObject({ status: 403, body: problem('insufficient-scope') });
      const operator = await personAt(fixture, api, 'operator');
      expect(await decide(operator.api, how, job)).toMatchObject({ status: 403 });
      for (const own of [job, keys])
        expect(await decide(asker.api, how, own)).toMatchObject({
          status: 403,
          body: problem('approval-own'),
        });
      expect(await decide((await admin(longAgo)).api, how, job)).toMatchObject({
        status: 401,
        body: problem('insufficient-user-authentication'),
      });
    }
    expect(await statesOf(ids)).toEqual({ active: 3 });
  });

  it('is asked by nobody whose own sign-in is old, and previews need none', async () => {
    const old = await admin(longAgo);
    const wish = { selector: { integration }, reason: 'x' };
    expect(await old.api.post('/v1/revocations', wish)).toMatchObject({
      status: 401,
      body: problem('insufficient-user-authentication'),
    });
    expect((await preview({ integration }, old.api)).count).toBe(3);
  });

  it('decides what was read: other content, other targets or another selector are refused', async () => {
    const [job, other] = [await ask(), await ask()];
    const second = await admin();
    expect(await decide(second.api, 'approve', job, other.approval!.content_hash)).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    const change = (sql: string) => fixture.database.query(sql, [job.id]);
    await change(`DELETE FROM revocation_target WHERE revocation_id = $1 AND connection_id = '${ids[0]}'`);
    expect(await decide(second.api, 'approve', job)).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    await fixture.database.query(
      `INSERT INTO revocation_target (workspace_id, revocation_id, connection_id) VALUES ($1, $2, $3)`,
      [fixture.workspace, job.id, ids[0]],
    );
    await change(`UPDATE revocation SET selector = '{"provider": "sandbox"}' WHERE id = $1`);
    expect(await decide(second.api, 'approve', job)).toMatchObject({ status: 409 });
    expect(await statesOf(ids)).toEqual({ active: 3 });
    expect((await find(job.id)).approval?.state).toBe('pending');
  });

  it('who says no, says nothing in time, or is no longer asked, leaves everything alive', async () => {
    const second = await admin();
    const [rejected, lapsed, withdrawn] = [await ask(), await ask(), await ask()];
    expect((await decide(second.api, 'reject', rejected)).body.state).toBe('rejected');
    await fixture.database.query(`UPDATE approval SET lapses_at = now() WHERE id = $1`, [
      lapsed.approval!.id,
    ]);
    expect((await find(lapsed.id)).state).toBe('lapsed');
    const operator = await personAt(fixture, api, 'operator');
    const cancelBy = (who: ApiClient) => who.post<Job>(`/v1/revocations/${withdrawn.id}/cancel`, {});
    expect(await cancelBy(operator.api)).toMatchObject({ status: 403, body: problem('forbidden') });
    expect((await cancelBy(api)).body.state).toBe('cancelled');
    for (const job of [rejected, lapsed, withdrawn])
      expect(await decide(second.api, 'approve', job)).toMatchObject({ status: 409 });
    expect(await statesOf(ids)).toEqual({ active: 3 });
  });

  it('is asked by a workspace earlier than by the installation, never later', async () => {
    const say = (above: number | null) =>
      fixture.database.query(`UPDATE workspace SET approval_above = $1 WHERE id = $2`, [
        above,
        fixture.workspace,
      ]);
    await say(0);
    expect((await kill({ connections: [ids[0]] })).state).toBe('awaiting_approval');
    await say(1_000);
    expect((await ask()).state).toBe('awaiting_approval');
    await say(null);
  });

  it('starts it once, wherever they approve, for exactly the targets that it was asked for', async () => {
    const [job, given] = [await ask(), await ask()];
    const second = await admin();
    const answers = await Promise.all([1, 2].map(() => decide(second.api, 'approve', job)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await locallyDead(job.id);
    expect(await statesOf(ids)).not.toHaveProperty('active');
    expect((await fixture.audited(job.id)).map(({ action }) => action)).toContain('revocation.approved');
    // Approved in the dashboard first, where the owner was not reached then.
    await fixture.database.query(`UPDATE approval SET state = 'approved', decided_at = now() WHERE id = $1`, [
      given.approval!.id,
    ]);
    expect(await decide(second.api, 'approve', given, 'sha256:other')).toMatchObject({ status: 409 });
    expect((await decide(second.api, 'approve', given)).status).toBe(200);
    await finished(given.id);
    expect((await find(given.id)).approval?.state).toBe('approved');
  });
});

describe('a report', () => {
  interface Signed {
    report: {
      is_final: boolean;
      approved_by: { id: string } | null;
      revocation: { reason: string; requested_by: { id: string } };
      results: { connection: string; result: string; told: { state: string; last_error: string }[] }[];
    };
    jws: string;
  }

  const reportOf = async (id: string) => (await api.get<Signed>(`/v1/revocations/${id}/report`)).body;

  async function verified({ report, jws }: Signed): Promise<boolean> {
    const { body } = await api.get<JSONWebKeySet>('/v1/revocations/report-keys');
    const [header, none, signature] = jws.split('.');
    expect(none).toBe('');
    const payload = Buffer.from(canonicalize(report)!).toString('base64url');
    return compactVerify(`${header}.${payload}.${signature}`, createLocalJWKSet(body)).then(
      () => true,
      () => false,
    );
  }

  it('says who asked and who approved, and what came of every connection, under a signature', async () => {
    const strict = await startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '1' });
    const { ids, integration } = await seed({ count: 2 });
    const job = await kill({ integration }, { reason: '<b>leak</b>' }, strict);
    const second = await personAt(fixture, api, 'admin');
    expect((await reportOf(job.id)).report).toMatchObject({ is_final: false, approved_by: null });
    await decide(second.api, 'approve', job);
    await finished(job.id);
    const signed = await reportOf(job.id);
    expect(signed.report).toMatchObject({
      is_final: true,
      approved_by: { id: second.id },
      revocation: { reason: '<b>leak</b>', requested_by: { type: 'api_key' } },
    });
    expect(signed.report.results.map(({ connection, result }) => [connection, result])).toEqual(
      ids.map((id) => [id, 'killed']),
    );
    expect(signed.report.results[0]!.told).toMatchObject([{ state: 'failed', last_error: 'client_missing' }]);
    expect(await verified(signed)).toBe(true);
    const forged = structuredClone(signed);
    forged.report.results[0]!.told[0]!.state = 'revoked';
    expect(await verified(forged)).toBe(false);
    const page = await api.get<string>(`/v1/revocations/${job.id}/report`, { accept: 'text/html' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('&lt;b&gt;leak&lt;/b&gt;');
    for (const id of ids) expect(page.body).toContain(id);
  });

  it('is made of the revocation of one connection too, and of none of another workspace', async () => {
    const { ids } = await seed({ count: 1 });
    const { body } = await api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'x' });
    await finished(body.id);
    const signed = await reportOf(body.id);
    expect(signed.report.results).toMatchObject([{ connection: ids[0], result: 'killed' }]);
    expect(await verified(signed)).toBe(true);
    const stranger = api.as((await seedWorkspace(fixture.database)).apiKey);
    expect((await stranger.get(`/v1/revocations/${body.id}/report`)).status).toBe(404);
    expect((await stranger.get('/v1/revocations/report-keys')).body).toEqual({ keys: [] });
  });
});

it('kills 10,000 connections locally, and says how long it took', async () => {
  const { ids, integration } = await seed({ count: 10_000 });
  const fast = await startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '10000' });
  const begun = performance.now();
  const job = await kill({ integration }, { expected_count: 10_000 }, fast);
  const asked = performance.now();
  await eventually(async () => expect((await find(job.id)).dead_at).not.toBeNull(), 60_000);
  const took = (performance.now() - begun) / 1_000;
  process.stdout.write(
    `10,000 connections dead after ${took.toFixed(1)} s (asked for in ${((asked - begun) / 1_000).toFixed(1)} s)\n`,
  );
  expect(await statesOf(ids)).not.toHaveProperty('active');
  await expectEachOnce(ids);
}, 90_000);
