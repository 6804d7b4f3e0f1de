import { ApiClient, eventually, seedWorkspace } from '#testing';
import { jest } from '@jest/globals';
import canonicalize from 'canonicalize';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { KillSwitchDrill, personAt, type Job } from './kill-switch.fixture.js';
import { KillingService } from './revocations/killing.service.js';

jest.setTimeout(30_000);

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
});
afterAll(() => drill.stop());
afterEach(() => jest.restoreAllMocks());

const problem = (slug: string) => expect.objectContaining({ type: `/problems/${slug}` });

describe('a second human', () => {
  const admin = (options: { signedInAt?: Date; id?: string } = {}) =>
    personAt(drill.fixture, drill.api, 'admin', options);
  const longAgo = { signedInAt: new Date(Date.now() - 3_600_000) };
  let integration: string;
  let ids: string[];
  let strict: ApiClient;

  beforeAll(async () => {
    strict = await drill.startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '2' });
    ({ ids, integration } = await drill.seed({ count: 3 }));
  });

  const ask = (who: { api: ApiClient } = { api: strict }) =>
    drill.kill({ integration }, {}, new ApiClient(strict.origin, who.api.credential));

  it('is needed above the threshold, and nothing is done before', async () => {
    expect(
      (await drill.kill({ connections: ids.slice(0, 0).concat('con_x') }, {}, strict)).approval,
    ).toBeNull();
    expect(await drill.preview({ integration }, strict)).toMatchObject({ count: 3, needs_approval: true });
    expect(await drill.preview({ connections: ids.slice(0, 2) }, strict)).toMatchObject({
      needs_approval: false,
    });
    const job = await ask();
    expect(job).toMatchObject({
      state: 'awaiting_approval',
      approval: { state: 'pending', content_hash: expect.stringMatching(/^sha256:/) },
      targets: { total: 3, dead: 0 },
    });
    const [row] = await drill.fixture.database.query<{ action: string; content: object }>(
      `SELECT action, content FROM approval WHERE id = $1`,
      [job.approval!.id],
    );
    expect(row).toEqual({
      action: 'revocation.run',
      content: { selector: { integration }, targets: 3, targets_hash: expect.stringMatching(/^sha256:/) },
    });
    await drill.services[0]!.get(KillingService, { strict: false }).work(
      drill.fixture.workspace,
      job.id,
      () => true,
    );
    expect(await drill.statesOf(ids)).toEqual({ active: 3 });
    expect(await drill.api.post(`/v1/revocations/${job.id}/resume`, {})).toMatchObject({ status: 409 });
  });

  it('is an admin who signed in just before; never a key, nor whoever asked, by themselves or with their key', async () => {
    const asker = await admin();
    const job = await ask(asker);
    await drill.fixture.database.query(`UPDATE api_key SET person_id = $1`, [asker.id]);
    const keys = await ask();
    await drill.fixture.database.query(`UPDATE api_key SET person_id = NULL`);
    for (const how of ['approve', 'reject'] as const) {
      expect(await drill.decide(drill.api, how, job)).toMatchObject({
        status: 403,
        body: problem('insufficient-scope'),
      });
      const operator = await personAt(drill.fixture, drill.api, 'operator');
      expect(await drill.decide(operator.api, how, job)).toMatchObject({ status: 403 });
      for (const own of [job, keys])
        expect(await drill.decide(asker.api, how, own)).toMatchObject({
          status: 403,
          body: problem('approval-own'),
        });
      expect(await drill.decide((await admin(longAgo)).api, how, job)).toMatchObject({
        status: 401,
        body: problem('insufficient-user-authentication'),
      });
    }
    expect(await drill.statesOf(ids)).toEqual({ active: 3 });
  });

  it('is asked by nobody whose own sign-in is old, and previews need none', async () => {
    const old = await admin(longAgo);
    const wish = { selector: { integration }, reason: 'x' };
    expect(await old.api.post('/v1/revocations', wish)).toMatchObject({
      status: 401,
      body: problem('insufficient-user-authentication'),
    });
    expect((await drill.preview({ integration }, old.api)).count).toBe(3);
  });

  it('decides what was read: other content, other targets or another selector are refused', async () => {
    const [job, other] = [await ask(), await ask()];
    const second = await admin();
    expect(await drill.decide(second.api, 'approve', job, other.approval!.content_hash)).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    const change = (sql: string) => drill.fixture.database.query(sql, [job.id]);
    await change(`DELETE FROM revocation_target WHERE revocation_id = $1 AND connection_id = '${ids[0]}'`);
    expect(await drill.decide(second.api, 'approve', job)).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    await drill.fixture.database.query(
      `INSERT INTO revocation_target (workspace_id, revocation_id, connection_id) VALUES ($1, $2, $3)`,
      [drill.fixture.workspace, job.id, ids[0]],
    );
    await change(`UPDATE revocation SET selector = '{"provider": "sandbox"}' WHERE id = $1`);
    expect(await drill.decide(second.api, 'approve', job)).toMatchObject({ status: 409 });
    expect(await drill.statesOf(ids)).toEqual({ active: 3 });
    expect((await drill.find(job.id)).approval?.state).toBe('pending');
  });

  it('who says no, says nothing in time, or is no longer asked, leaves everything alive', async () => {
    const second = await admin();
    const [rejected, lapsed, withdrawn] = [await ask(), await ask(), await ask()];
    expect((await drill.decide(second.api, 'reject', rejected)).body.state).toBe('rejected');
    await drill.fixture.database.query(`UPDATE approval SET lapses_at = now() WHERE id = $1`, [
      lapsed.approval!.id,
    ]);
    expect((await drill.find(lapsed.id)).state).toBe('lapsed');
    const operator = await personAt(drill.fixture, drill.api, 'operator');
    const cancelBy = (who: ApiClient) => who.post<Job>(`/v1/revocations/${withdrawn.id}/cancel`, {});
    expect(await cancelBy(operator.api)).toMatchObject({ status: 403, body: problem('forbidden') });
    expect((await cancelBy(drill.api)).body.state).toBe('cancelled');
    for (const job of [rejected, lapsed, withdrawn])
      expect(await drill.decide(second.api, 'approve', job)).toMatchObject({ status: 409 });
    expect(await drill.statesOf(ids)).toEqual({ active: 3 });
    // They have come to their end, and are what they were.
    await eventually(async () => {
      const found = await Promise.all([rejected, lapsed, withdrawn].map(({ id }) => drill.find(id)));
      expect(found.map(({ state, finished_at: at }) => [state, at !== null])).toEqual([
        ['rejected', true],
        ['lapsed', true],
        ['cancelled', true],
      ]);
    });
  });

  it('is asked by a workspace earlier than by the installation, never later', async () => {
    const say = (above: number | null) =>
      drill.fixture.database.query(`UPDATE workspace SET approval_above = $1 WHERE id = $2`, [
        above,
        drill.fixture.workspace,
      ]);
    await say(0);
    expect((await drill.kill({ connections: [ids[0]] })).state).toBe('awaiting_approval');
    await say(1_000);
    expect((await ask()).state).toBe('awaiting_approval');
    await say(null);
  });

  it('starts it once, wherever they approve, for exactly the targets that it was asked for', async () => {
    const [job, given] = [await ask(), await ask()];
    const second = await admin();
    const answers = await Promise.all([1, 2].map(() => drill.decide(second.api, 'approve', job)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await drill.locallyDead(job.id);
    expect(await drill.statesOf(ids)).not.toHaveProperty('active');
    expect((await drill.fixture.audited(job.id)).map(({ action }) => action)).toContain(
      'revocation.approved',
    );
    // Approved in the dashboard first, where the owner was not reached then.
    await drill.fixture.database.query(
      `UPDATE approval SET state = 'approved', decided_at = now() WHERE id = $1`,
      [given.approval!.id],
    );
    expect(await drill.decide(second.api, 'approve', given, 'sha256:other')).toMatchObject({ status: 409 });
    expect((await drill.decide(second.api, 'approve', given)).status).toBe(200);
    await drill.finished(given.id);
    expect((await drill.find(given.id)).approval?.state).toBe('approved');
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

  const reportOf = async (id: string) => (await drill.api.get<Signed>(`/v1/revocations/${id}/report`)).body;

  async function verified({ report, jws }: Signed): Promise<boolean> {
    const { body } = await drill.api.get<JSONWebKeySet>('/v1/revocations/report-keys');
    const [header, none, signature] = jws.split('.');
    expect(none).toBe('');
    const payload = Buffer.from(canonicalize(report)!).toString('base64url');
    return compactVerify(`${header}.${payload}.${signature}`, createLocalJWKSet(body)).then(
      () => true,
      () => false,
    );
  }

  it('says who asked and who approved, and what came of every connection, under a signature', async () => {
    const strict = await drill.startReplica({ KILL_SWITCH_APPROVAL_ABOVE: '1' });
    const { ids, integration } = await drill.seed({ count: 2 });
    const job = await drill.kill({ integration }, { reason: '<b>leak</b>' }, strict);
    const second = await personAt(drill.fixture, drill.api, 'admin');
    expect((await reportOf(job.id)).report).toMatchObject({ is_final: false, approved_by: null });
    await drill.decide(second.api, 'approve', job);
    await drill.finished(job.id);
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
    const page = await drill.api.get<string>(`/v1/revocations/${job.id}/report`, { accept: 'text/html' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('&lt;b&gt;leak&lt;/b&gt;');
    for (const id of ids) expect(page.body).toContain(id);
  });

  it('is made of the revocation of one connection too, and of none of another workspace', async () => {
    const { ids } = await drill.seed({ count: 1 });
    const { body } = await drill.api.post<Job>('/v1/revocations', { connection: ids[0], reason: 'x' });
    await drill.finished(body.id);
    const signed = await reportOf(body.id);
    expect(signed.report.results).toMatchObject([{ connection: ids[0], result: 'killed' }]);
    expect(await verified(signed)).toBe(true);
    const stranger = drill.api.as((await seedWorkspace(drill.fixture.database)).apiKey);
    expect((await stranger.get(`/v1/revocations/${body.id}/report`)).status).toBe(404);
    expect((await stranger.get('/v1/revocations/report-keys')).body).toEqual({ keys: [] });
  });
});
