import { Approvals } from '#composition';
import { permissionsOfScopes, type Caller } from '#platform';
import { Database, type Approval } from '#storage';
import { eventually } from '#testing';
import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);
const problem = (slug: string) => ({ type: `/problems/${slug}` });

/** Asked for by a key that the admin made, as the owner of the action does it. */
async function asked(person: string | undefined = 'usr_admin', change: object = {}): Promise<Approval> {
  const actor = { type: 'api_key', id: 'key_1', name: 'CI' } as const;
  const caller: Caller = { workspace: 'wsp_1', actor, person, permissions: permissionsOfScopes(['admin']) };
  const wish = {
    action: 'test.action',
    subject: { type: 'thing', id: 'thing_1' },
    content: { count: 3 },
    reason: 'Needed.',
    ...change,
  };
  return admin.app.get(Database).inWorkspace('wsp_1', (tx) => new Approvals().request(tx, caller, wish));
}

const decide = (
  how: 'approve' | 'reject',
  { id, contentHash }: Approval,
  who: Persona,
  more: Json = {},
  hash = contentHash,
) => call('POST', `approvals/${id}/${how}`, { content_hash: hash, ...more }, who);

async function stepsOf(id: string): Promise<unknown[]> {
  const rows = await admin.database.query<{ entry: Buffer }>(
    `SELECT entry FROM audit_entry WHERE subject_id = $1 ORDER BY at, id`,
    [id],
  );
  return rows.map(({ entry }) => {
    const { action, actor } = JSON.parse(entry.toString('utf8')) as { action: string; actor: Json };
    return [action, actor['id']];
  });
}

describe('an approval', () => {
  it('says what exactly is asked for, by whom, until when, and whether you may decide', async () => {
    const { id } = await asked();
    const seenBy = async (who: Persona) => (await call('GET', `approvals/${id}`, undefined, who)).body;
    expect(await seenBy('deputy')).toEqual({
      ...{ id, action: 'test.action', subject: { type: 'thing', id: 'thing_1' }, content: { count: 3 } },
      content_hash: expect.stringMatching(/^sha256:[\w-]{43}$/),
      ...{ reason: 'Needed.', state: 'pending', requested_by: { type: 'api_key', id: 'key_1', name: 'CI' } },
      ...{ requested_at: expect.any(String), lapses_at: expect.any(String) },
      ...{ decided_by: null, decided_at: null, comment: null, used_at: null },
      ...{ may_decide: true, why_not: null },
    });
    expect(await seenBy('admin')).toMatchObject({ may_decide: false, why_not: 'own' });
    expect(await seenBy('operator')).toMatchObject({ may_decide: false, why_not: 'not_allowed' });
    expect(await seenBy('viewer')).toMatchObject({ ...problem('insufficient-role'), status: 403 });
  });

  it('is not given by the person whose key asked for it', async () => {
    const approval = await asked();
    expect(await decide('approve', approval, 'admin')).toMatchObject({
      status: 403,
      body: problem('approval-own'),
    });
    expect((await decide('approve', approval, 'deputy')).status).toBe(200);
  });

  it('is not given by whoever asked, signed in elsewhere with the same address', async () => {
    await admin.welcome('usr_again', { wsp_1: 'admin' });
    await admin.database.query(`UPDATE person SET email = 'USR_Admin@Example.com' WHERE id = 'usr_again'`);
    const approval = await asked();
    const { body } = await call('GET', `approvals/${approval.id}`, undefined, 'usr_again');
    expect(body).toMatchObject({ may_decide: false, why_not: 'own' });
    for (const how of ['approve', 'reject'] as const)
      expect(await decide(how, approval, 'usr_again')).toMatchObject({
        status: 403,
        body: problem('approval-own'),
      });
    await admin.database.query(`DELETE FROM member WHERE person_id = 'usr_again'`);
  });

  it.each(['viewer', 'auditor', 'operator'] as const)('is neither given nor refused by a %s', async (who) => {
    const approval = await asked();
    for (const how of ['approve', 'reject'] as const)
      expect(await decide(how, approval, who)).toMatchObject({
        status: 403,
        body: { ...problem('insufficient-role'), permission: 'approvals:decide' },
      });
    expect(await stepsOf(approval.id)).toHaveLength(1);
  });

  it('is not decided by an admin whose sign-in is old', async () => {
    const approval = await asked();
    for (const how of ['approve', 'reject'] as const)
      expect(await decide(how, approval, 'stale')).toMatchObject({
        status: 401,
        body: problem('insufficient-user-authentication'),
      });
  });

  it('is not decided without the CSRF token', async () => {
    const { id, contentHash } = await asked();
    const answer = await admin.app.inject({
      method: 'POST',
      url: `/admin/api/approvals/${id}/approve`,
      headers: { cookie: admin.credentials('deputy')['cookie'] },
      payload: { content_hash: contentHash },
    });
    expect([answer.statusCode, answer.json<Json>()['type']]).toEqual([403, '/problems/csrf-refused']);
  });

  it('is decided for exactly what was read', async () => {
    const approval = await asked();
    const other = approval.contentHash.replace(/^(sha256:)./, (_, start) => `${String(start)}~`);
    for (const how of ['approve', 'reject'] as const)
      expect(await decide(how, approval, 'deputy', {}, other)).toMatchObject({
        status: 409,
        body: problem('approval-content-mismatch'),
      });
    expect((await call('POST', `approvals/${approval.id}/approve`, {}, 'deputy')).status).toBe(400);
  });

  it('is given once: a replayed approval, a rejection and a withdrawal come too late', async () => {
    const approval = await asked();
    expect((await decide('approve', approval, 'deputy')).body).toMatchObject({
      state: 'approved',
      may_decide: false,
      why_not: 'not_pending',
    });
    const late = { status: 409, body: { ...problem('approval-not-pending'), state: 'approved' } };
    expect(await decide('approve', approval, 'deputy')).toMatchObject(late);
    expect(await decide('reject', approval, 'deputy')).toMatchObject(late);
    expect(await call('POST', `approvals/${approval.id}/withdraw`)).toMatchObject(late);
    expect(await stepsOf(approval.id)).toEqual([
      ['approval.requested', 'key_1'],
      ['approval.approved', 'usr_deputy'],
    ]);
  });

  it('of a revocation reaches its owner, who uses it; where the owner refuses it stays unused', async () => {
    const wish = { action: 'revocation.run', subject: { type: 'revocation', id: 'rev_1' } };
    const approval = await asked('usr_admin', wish);
    expect(await decide('approve', approval, 'deputy')).toMatchObject({
      status: 200,
      body: { state: 'approved', used_at: expect.any(String) },
    });
    expect((await stepsOf(approval.id)).at(-1)).toEqual(['approval.used', 'usr_deputy']);
    const unknown = await asked('usr_admin', { ...wish, content: { count: 4 } });
    // What the owner has is not what was approved.
    await admin.database.query(`UPDATE approval SET content = '{}' WHERE id = $1`, [unknown.id]);
    expect((await decide('approve', unknown, 'deputy')).status).toBe(409);
    expect((await call('GET', `approvals/${unknown.id}`)).body).toMatchObject({
      state: 'approved',
      used_at: null,
    });
  });

  it('is rejected with a word to whoever asked', async () => {
    const approval = await asked();
    expect((await decide('reject', approval, 'deputy', { comment: 'Not today.' })).body).toMatchObject({
      state: 'rejected',
      comment: 'Not today.',
      decided_by: { id: 'usr_deputy' },
    });
    expect(await decide('approve', approval, 'deputy')).toMatchObject({ status: 409 });
  });

  it('is withdrawn by whoever asked, and not by somebody who may only read it', async () => {
    const own = await asked('usr_operator');
    expect(await call('POST', `approvals/${own.id}/withdraw`, undefined, 'auditor')).toMatchObject({
      status: 403,
      body: problem('forbidden'),
    });
    expect((await call('POST', `approvals/${own.id}/withdraw`, undefined, 'operator')).body).toMatchObject({
      state: 'withdrawn',
    });
  });

  it('of another workspace is not known, as one that never was', async () => {
    const approval = await asked();
    for (const id of [approval.id, 'apr_missing']) {
      const unknown = { status: 404, body: problem('approval-not-found') };
      expect(await call('GET', `approvals/${id}`, undefined, 'stranger')).toMatchObject(unknown);
      for (const how of ['approve', 'reject'] as const)
        expect(await decide(how, { ...approval, id }, 'stranger')).toMatchObject(unknown);
      expect(await call('POST', `approvals/${id}/withdraw`, undefined, 'stranger')).toMatchObject(unknown);
    }
    expect((await call('GET', 'approvals', undefined, 'stranger')).body['data']).toEqual([]);
  });
});

describe('the list of approvals', () => {
  it('comes newest first, by state, in pages that neither repeat nor skip', async () => {
    const [one, two, three] = [await asked(), await asked(), await asked()];
    await call('POST', `approvals/${two.id}/withdraw`);
    const listed = async (query: string) => {
      const { body } = await call('GET', `approvals?${query}`);
      return { ids: (body['data'] as { id: string }[]).map(({ id }) => id), next: body['next_cursor'] };
    };
    const first = await listed('state=pending&limit=1');
    expect(first.ids).toEqual([three.id]);
    expect((await listed(`state=pending&limit=1&cursor=${String(first.next)}`)).ids).toEqual([one.id]);
    expect((await listed('state=withdrawn&limit=1')).ids).toEqual([two.id]);
    expect((await call('GET', 'approvals?state=done')).status).toBe(400);
  });
});

describe('an approval that nobody decided in time', () => {
  it('lapses once, however many replicas look, and is told in the log as decided by nobody', async () => {
    const late = await Promise.all(Array.from({ length: 20 }, () => asked()));
    await admin.database.query(`UPDATE approval SET lapses_at = now() WHERE id = ANY ($1)`, [
      late.map(({ id }) => id),
    ]);
    expect(await decide('approve', late[0]!, 'deputy')).toMatchObject({
      status: 409,
      body: { ...problem('approval-not-pending'), state: 'lapsed' },
    });
    const replicas = await Promise.all([admin.startReplica(), admin.startReplica()]);
    await eventually(async () => {
      const [row] = await admin.database.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM approval WHERE state = 'pending' AND lapses_at <= now()`,
      );
      expect(row!.count).toBe(0);
    });
    await Promise.all(replicas.map((replica) => replica.close()));
    for (const { id } of late)
      expect(await stepsOf(id)).toEqual([
        ['approval.requested', 'key_1'],
        ['approval.lapsed', 'admin'],
      ]);
    expect((await call('GET', `approvals/${late[0]!.id}`)).body).toMatchObject({
      state: 'lapsed',
      decided_by: null,
    });
  });
});
