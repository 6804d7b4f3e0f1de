import { RunningAdmin, type Json } from '../admin.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);
const idsOf = (body: Json): unknown[] => (body['data'] as { id: string }[]).map(({ id }) => id);

const auditedOf: RunningAdmin['auditedOf'] = (...asked) => admin.auditedOf(...asked);
const rolesIn: RunningAdmin['rolesIn'] = (workspace) => admin.rolesIn(workspace);

/** A workspace of its own, with these admins. */
async function workspaceOf(id: string, ...admins: `usr_${string}`[]): Promise<void> {
  await admin.database.query(`INSERT INTO workspace (id, name) VALUES ($1, $1)`, [id]);
  for (const person of admins) await admin.welcome(person, { [id]: 'admin' });
}

const problem = (slug: string) => ({ type: `/problems/${slug}` });

describe('the members', () => {
  it('are shown to each of them, in pages that neither repeat nor skip', async () => {
    const all = idsOf((await call('GET', 'members', undefined, 'viewer')).body);
    expect(all).toEqual(
      ['admin', 'auditor', 'deputy', 'operator', 'stale', 'viewer'].map((name) => `usr_${name}`),
    );
    const first = await call('GET', 'members?limit=4');
    const second = await call('GET', `members?limit=4&cursor=${String(first.body['next_cursor'])}`);
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(all);
    expect(second.body['next_cursor']).toBeNull();
  });

  it('of another workspace are not known', async () => {
    expect(idsOf((await call('GET', 'members', undefined, 'stranger')).body)).toEqual(['usr_stranger']);
    for (const [method, body] of [['GET'], ['PATCH', { role: 'viewer' }], ['DELETE']] as const)
      for (const id of ['usr_viewer', 'usr_missing'])
        expect(await call(method, `members/${id}`, body, 'stranger')).toMatchObject({
          status: 404,
          body: problem('member-not-found'),
        });
    expect((await rolesIn('wsp_1'))['usr_viewer']).toBe('viewer');
  });

  it.each(['viewer', 'auditor', 'operator'] as const)('are not changed by a %s', async (who) => {
    expect(await call('PATCH', `members/usr_${who}`, { role: 'admin' }, who)).toMatchObject({
      status: 403,
      body: { ...problem('insufficient-role'), permission: 'members:write', roles: ['admin'] },
    });
    expect((await call('DELETE', 'members/usr_stale', undefined, who)).status).toBe(403);
  });

  it('are not changed by an admin whose sign-in is old', async () => {
    const stale = { status: 401, body: { ...problem('insufficient-user-authentication'), max_age: 300 } };
    expect(await call('PATCH', 'members/usr_viewer', { role: 'operator' }, 'stale')).toMatchObject(stale);
    expect(await call('DELETE', 'members/usr_viewer', undefined, 'stale')).toMatchObject(stale);
  });
});

describe('a change of role', () => {
  it('takes effect with the next request, in the session that is open, and is told in the log', async () => {
    await admin.welcome('usr_carl', { wsp_1: 'viewer' });
    expect((await call('GET', 'audit', undefined, 'usr_carl')).status).toBe(403);
    const raised = await call('PATCH', 'members/usr_carl', { role: 'auditor', reason: 'The yearly audit.' });
    expect(raised).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { id: 'usr_carl', role: 'auditor', source: 'invitation' },
    });
    expect((await call('GET', 'audit', undefined, 'usr_carl')).status).toBe(200);
    await call('PATCH', 'members/usr_carl', { role: 'viewer' });
    expect((await call('GET', 'audit', undefined, 'usr_carl')).status).toBe(403);
    const actor = { type: 'user', id: 'usr_admin' };
    expect(await auditedOf('usr_carl')).toMatchObject([
      {
        action: 'member.role_changed',
        actor,
        detail: { from: 'viewer', to: 'auditor', reason: 'The yearly audit.' },
      },
      { action: 'member.role_changed', actor, detail: { from: 'auditor', to: 'viewer' } },
    ]);
  });

  it('to the same role changes nothing and is not told', async () => {
    await admin.welcome('usr_same', { wsp_1: 'operator' });
    expect(await call('PATCH', 'members/usr_same', { role: 'operator' })).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
    });
    expect(await auditedOf('usr_same')).toEqual([]);
  });

  it('leaves the source alone, so that claims go on deciding where they did', async () => {
    await admin.welcome('usr_claimed', { wsp_1: 'viewer' });
    await admin.database.query(`UPDATE member SET source = 'claims' WHERE person_id = 'usr_claimed'`);
    expect((await call('PATCH', 'members/usr_claimed', { role: 'operator' })).body).toMatchObject({
      role: 'operator',
      source: 'claims',
    });
  });

  it('is refused where the member was changed since it was read', async () => {
    await admin.welcome('usr_dora', { wsp_1: 'viewer' });
    const { headers } = await call('GET', 'members/usr_dora');
    await call('PATCH', 'members/usr_dora', { role: 'auditor' });
    for (const method of ['PATCH', 'DELETE'] as const) {
      const answer = await admin.app.inject({
        method,
        url: '/admin/api/members/usr_dora',
        headers: { ...admin.credentials('admin'), 'if-match': String(headers['etag']) },
        ...(method === 'PATCH' && { payload: { role: 'operator' } }),
      });
      expect([answer.statusCode, answer.json<Json>()['type']]).toEqual([
        412,
        '/problems/precondition-failed',
      ]);
    }
    expect((await rolesIn('wsp_1'))['usr_dora']).toBe('auditor');
  });

  it.each([{ role: 'owner' }, {}, { role: 'viewer', workspace: 'wsp_2' }])('refuses %j', async (body) => {
    expect(await call('PATCH', 'members/usr_viewer', body)).toMatchObject({
      status: 400,
      body: problem('invalid-request'),
    });
  });
});

describe('making somebody an admin', () => {
  it('is done at once by the only admin', async () => {
    await workspaceOf('wsp_sole', 'usr_sole');
    await admin.welcome('usr_next', { wsp_sole: 'viewer' });
    expect(await call('PATCH', 'members/usr_next', { role: 'admin' }, 'usr_sole')).toMatchObject({
      status: 200,
      body: { role: 'admin' },
    });
  });

  it('waits for another admin where there is one, who does it by approving', async () => {
    await admin.welcome('usr_eve', { wsp_1: 'operator' });
    const asked = await call('PATCH', 'members/usr_eve', { role: 'admin', reason: 'On call.' });
    const content = { person: 'usr_eve', role: 'admin', from: 'operator' };
    expect(asked).toMatchObject({
      status: 202,
      headers: { location: `/admin/api/approvals/${String(asked.body['id'])}` },
      body: { action: 'member.role_raise', content, reason: 'On call.', may_decide: false, why_not: 'own' },
    });
    expect((await rolesIn('wsp_1'))['usr_eve']).toBe('operator');
    const { id, content_hash } = asked.body;
    const approve = `approvals/${String(id)}/approve`;
    expect(await call('POST', approve, { content_hash })).toMatchObject({
      status: 403,
      body: problem('approval-own'),
    });
    expect((await call('POST', approve, { content_hash }, 'usr_eve')).status).toBe(403);
    const approved = await call('POST', approve, { content_hash }, 'deputy');
    expect(approved).toMatchObject({
      status: 200,
      body: { state: 'approved', decided_by: { id: 'usr_deputy' }, used_at: expect.any(String) },
    });
    expect((await call('POST', approve, { content_hash }, 'usr_eve')).body).toMatchObject(
      problem('approval-not-pending'),
    );
    expect(await auditedOf('usr_eve')).toMatchObject([
      {
        action: 'member.role_changed',
        actor: { id: 'usr_deputy' },
        detail: { ...{ from: 'operator', to: 'admin' }, approval: id, requested_by: { id: 'usr_admin' } },
      },
    ]);
    await call('DELETE', 'members/usr_eve', undefined, 'deputy');
  });

  it('is not done by an approval once the member is something else than when it was asked for', async () => {
    await admin.welcome('usr_finn', { wsp_1: 'operator' });
    const { id, content_hash } = (await call('PATCH', 'members/usr_finn', { role: 'admin' })).body;
    await call('PATCH', 'members/usr_finn', { role: 'viewer' });
    const approve = () => call('POST', `approvals/${String(id)}/approve`, { content_hash }, 'deputy');
    expect(await approve()).toMatchObject({ status: 409, body: problem('conflict') });
    await call('DELETE', 'members/usr_finn');
    expect(await approve()).toMatchObject({ status: 409, body: problem('conflict') });
    expect((await rolesIn('wsp_1'))['usr_finn']).toBeUndefined();
    expect((await call('GET', `approvals/${String(id)}`)).body).toMatchObject({ state: 'pending' });
  });
});

describe('the last admin', () => {
  it('is neither lowered nor removed, nor do they leave', async () => {
    await workspaceOf('wsp_last', 'usr_last');
    const refused = { status: 409, body: problem('last-admin') };
    const lower = call('PATCH', 'members/usr_last', { role: 'viewer' }, 'usr_last');
    expect(await lower).toMatchObject(refused);
    expect(await call('DELETE', 'members/usr_last', undefined, 'usr_last')).toMatchObject(refused);
    expect(await call('DELETE', 'membership', undefined, 'usr_last')).toMatchObject(refused);
    expect(await rolesIn('wsp_last')).toEqual({ usr_last: 'admin' });
    expect(await auditedOf('usr_last', 'wsp_last')).toEqual([]);
  });

  it.each([
    ['DELETE', undefined],
    ['PATCH', { role: 'viewer' }],
  ] as const)('remains when two admins %s each other at the same moment', async (method, body) => {
    for (let round = 0; round < 5; round++) {
      const workspace = `wsp_${method}_${round}`;
      const [one, two] = [`usr_one_${method}_${round}`, `usr_two_${method}_${round}`] as const;
      await workspaceOf(workspace, one, two);
      const answers = await Promise.all([
        call(method, `members/${two}`, body, one),
        call(method, `members/${one}`, body, two),
      ]);
      // The slower may find itself refused by the guard already.
      const done = answers.filter(({ status }) => status < 300);
      expect(done).toHaveLength(1);
      const roles = Object.values(await rolesIn(workspace));
      expect(roles.filter((role) => role === 'admin')).toHaveLength(1);
    }
  });

  it('remains when all of them leave at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const three = ([1, 2, 3] as const).map((number) => `usr_leaver_${round}_${number}` as const);
      await workspaceOf(`wsp_leave_${round}`, ...three);
      const answers = await Promise.all(three.map((who) => call('DELETE', 'membership', undefined, who)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 204, 409]);
      expect(Object.values(await rolesIn(`wsp_leave_${round}`))).toEqual(['admin']);
    }
  });
});

describe('leaving', () => {
  it('is open to everybody, even while the workspace is suspended, and ends their access at once', async () => {
    await workspaceOf('wsp_quiet', 'usr_keeper');
    await admin.welcome('usr_guest', { wsp_quiet: 'viewer' });
    await admin.database.query(`UPDATE workspace SET suspended_at = now() WHERE id = 'wsp_quiet'`);
    expect((await call('DELETE', 'membership', undefined, 'usr_guest')).status).toBe(204);
    expect((await call('GET', 'members', undefined, 'usr_guest')).status).toBe(404);
    expect(await auditedOf('usr_guest', 'wsp_quiet')).toMatchObject([
      { action: 'member.left', actor: { id: 'usr_guest' }, detail: { role: 'viewer' } },
    ]);
    expect(await call('DELETE', 'membership', undefined, 'usr_guest')).toMatchObject({
      status: 404,
      body: problem('workspace-not-found'),
    });
  });
});
