import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';
import { InvitationsService } from './invitations.service.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
  // With one admin alone, whoever is invited as an admin needs nobody else.
  await admin.database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_3', 'Three & Co')`);
  await admin.welcome('usr_sole', { wsp_3: 'admin' });
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);
const problem = (slug: string) => ({ type: `/problems/${slug}` });
const addressOf = (who: string) => `${who}@example.com`;

interface Made extends Json {
  id: string;
  url: string;
  path: string;
}

/** An invitation of a person by their id, into the first workspace unless the admin is another's. */
async function invited(guest: string, role = 'operator', by: Persona = 'admin', more: Json = {}) {
  const { body } = await call('POST', 'invitations', { email: addressOf(guest), role, ...more }, by);
  return { ...body, path: new URL(String(body['url'])).pathname } as Made;
}

async function show({ path }: { path: string }, who?: Persona) {
  const headers = who ? { cookie: admin.credentials(who)['cookie'] } : {};
  const { statusCode, body, headers: answered } = await admin.app.inject({ url: path, headers });
  return { status: statusCode, html: body, headers: answered };
}

/** The form as a browser posts it; `change` forges what it sends. */
async function accept({ path }: { path: string }, who: Persona, change: Record<string, string> = {}) {
  const { cookie, origin, 'x-csrf-token': csrf } = admin.credentials(who);
  const answer = await admin.app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: change['cookie'] ?? cookie,
      origin: change['origin'] ?? origin,
      'sec-fetch-site': change['sec-fetch-site'] ?? 'same-origin',
    },
    payload: new URLSearchParams({ csrf: change['csrf'] ?? csrf! }).toString(),
  });
  return { status: answer.statusCode, location: answer.headers['location'], html: answer.body };
}

async function roleOf(person: string, workspace = 'wsp_1'): Promise<string | undefined> {
  const rows = await admin.database.query<{ role: string; source: string }>(
    `SELECT role || ' by ' || source AS role FROM member WHERE person_id = $1 AND workspace_id = $2`,
    [person, workspace],
  );
  return rows[0]?.role;
}

async function stepsOf(id: string): Promise<unknown[]> {
  const rows = await admin.database.query<{ entry: Buffer }>(
    `SELECT entry FROM audit_entry WHERE subject_id = $1 ORDER BY at, id`,
    [id],
  );
  return rows.map(({ entry }) => JSON.parse(entry.toString('utf8')) as unknown);
}

const stateOf = async (id: string, who: Persona = 'admin') => {
  const { body } = await call('GET', 'invitations?limit=200', undefined, who);
  return (body['data'] as { id: string; state: string }[]).find((one) => one.id === id)?.state;
};

const tokenOf = ({ path }: { path: string }): string => path.split('/').at(-1)!;
const isOpen = (made: { path: string }) => admin.app.get(InvitationsService).isOpen(tokenOf(made));

describe('an invitation', () => {
  it('is a link, shown once, that makes whoever has the address a member', async () => {
    await admin.welcome('usr_gus', {});
    const answer = await call('POST', 'invitations', { email: 'USR_Gus@Example.com', role: 'operator' });
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        url: expect.stringMatching(/^http:\/\/localhost:4000\/admin\/invitations\/[\w-]{43}$/),
        ...{ role: 'operator', state: 'open', approval: null, invited_by: { id: 'usr_admin' } },
      },
    });
    const days = (Date.parse(String(answer.body['expires_at'])) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    const made = { id: String(answer.body['id']), path: new URL(String(answer.body['url'])).pathname };
    expect(await isOpen(made)).toBe(true);
    expect((await call('GET', 'members', undefined, 'usr_gus')).status).toBe(404);
    expect(await accept(made, 'usr_gus')).toMatchObject({ status: 303, location: '/' });
    expect((await call('GET', 'members', undefined, 'usr_gus')).status).toBe(200);
    expect(await roleOf('usr_gus')).toBe('operator by invitation');
    expect(await stepsOf(made.id)).toMatchObject([
      { action: 'invitation.created', actor: { id: 'usr_admin' }, detail: { role: 'operator' } },
      {
        action: 'invitation.accepted',
        actor: { id: 'usr_gus' },
        detail: { member: 'usr_gus', invited_by: { id: 'usr_admin' } },
      },
    ]);
    expect(await stepsOf('usr_gus')).toMatchObject([
      { action: 'member.added', actor: { id: 'usr_gus' }, detail: { to: 'operator', invitation: made.id } },
    ]);
    const kept = await admin.database.query(`SELECT i::text AS row FROM invitation i`);
    expect(JSON.stringify([kept, await stepsOf(made.id)])).not.toContain(tokenOf(made));
  });

  it('is accepted once, however often and by whomever at the same moment', async () => {
    await admin.welcome('usr_twice', {});
    const made = await invited('usr_twice');
    const answers = await Promise.all([1, 2, 3].map(() => accept(made, 'usr_twice')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 410, 410]);
    expect((await accept(made, 'usr_twice')).html).toContain('This invitation was used');
    expect((await show(made, 'usr_twice')).status).toBe(410);
    expect(await isOpen(made)).toBe(false);
    expect(await stepsOf(made.id)).toHaveLength(2);
  });

  it('by another address is refused with the reason', async () => {
    const made = await invited('usr_else');
    for (const { status, html } of [await show(made, 'nobody'), await accept(made, 'nobody')]) {
      expect(status).toBe(403);
      expect(html).toContain('This invitation is for somebody else');
    }
    // U+212A folds to k: another address nevertheless.
    await admin.welcome('usr_kim', {});
    await admin.database.query(`UPDATE person SET email = $1 WHERE id = 'usr_kim'`, [
      addressOf('usr_\u212aim'),
    ]);
    expect((await accept(await invited('usr_kim'), 'usr_kim')).status).toBe(403);
    expect(await roleOf('usr_kim')).toBeUndefined();
  });

  it('by an address that nobody vouches for is refused with the reason', async () => {
    await admin.welcome('usr_unproven', {});
    await admin.database.query(`UPDATE person SET email_verified = false WHERE id = 'usr_unproven'`);
    const refused = await accept(await invited('usr_unproven'), 'usr_unproven');
    expect(refused).toMatchObject({
      status: 403,
      html: expect.stringContaining('Your address is not verified'),
    });
    expect(await roleOf('usr_unproven')).toBeUndefined();
  });

  it('that came too late is refused with the reason', async () => {
    await admin.welcome('usr_late', {});
    const made = await invited('usr_late');
    await admin.database.query(`UPDATE invitation SET expires_at = now() WHERE id = $1`, [made.id]);
    expect(await accept(made, 'usr_late')).toMatchObject({
      status: 410,
      html: expect.stringContaining('too old'),
    });
    expect([await isOpen(made), await stateOf(made.id)]).toEqual([false, 'expired']);
  });

  it('that was revoked is refused with the reason, from that moment on', async () => {
    await admin.welcome('usr_unwanted', {});
    const made = await invited('usr_unwanted');
    expect((await call('DELETE', `invitations/${made.id}`)).status).toBe(204);
    expect((await call('DELETE', `invitations/${made.id}`)).status).toBe(204);
    expect(await accept(made, 'usr_unwanted')).toMatchObject({
      status: 410,
      html: expect.stringContaining('taken back'),
    });
    expect([await isOpen(made), await stateOf(made.id)]).toEqual([false, 'revoked']);
    expect(await stepsOf(made.id)).toHaveLength(2);
  });

  it('that was accepted is not revoked', async () => {
    await admin.welcome('usr_joined', {});
    const made = await invited('usr_joined');
    await accept(made, 'usr_joined');
    expect(await call('DELETE', `invitations/${made.id}`)).toMatchObject({
      status: 409,
      body: problem('conflict'),
    });
  });

  it.each([
    ['viewer', 'operator', 'operator by claims'],
    ['operator', 'viewer', 'operator by claims'],
    // Neither has all rights of the other.
    ['auditor', 'operator', 'auditor by claims'],
  ] as const)('of a member who is %s, as %s, takes no right away', async (before, role, after) => {
    const id = `usr_${before}_as_${role}` as const;
    await admin.welcome(id, { wsp_1: before });
    await admin.database.query(`UPDATE member SET source = 'claims' WHERE person_id = $1`, [id]);
    expect((await accept(await invited(id, role), id)).status).toBe(303);
    expect(await roleOf(id)).toBe(after);
  });

  it('opens no workspace that is suspended', async () => {
    await admin.welcome('usr_early', {});
    const made = await invited('usr_early', 'viewer', 'usr_sole');
    await admin.database.query(`UPDATE workspace SET suspended_at = now() WHERE id = 'wsp_3'`);
    expect(await accept(made, 'usr_early')).toMatchObject({
      status: 403,
      html: expect.stringContaining('suspended'),
    });
    await admin.database.query(`UPDATE workspace SET suspended_at = NULL WHERE id = 'wsp_3'`);
    expect((await accept(made, 'usr_early')).status).toBe(303);
  });
});

describe('the page of an invitation', () => {
  it('says who invites whom to what, and leads to the sign-in and back', async () => {
    const made = await invited('usr_new', 'auditor', 'usr_sole');
    const { status, html, headers } = await show(made);
    expect(status).toBe(200);
    for (const text of ['name of usr_sole', 'Three &amp; Co', 'auditor', addressOf('usr_new')])
      expect(html).toContain(text);
    expect(html).toContain(`/admin/sign-in?return_to=${encodeURIComponent(made.path)}`);
    expect(html).not.toContain('<form');
    expect(headers['content-security-policy']).toContain("form-action 'none'");
    expect(headers['cache-control']).toBe('no-store');
  });

  it('has a form of its own for whoever is signed in, which browsers post with their origin', async () => {
    await admin.welcome('usr_form', {});
    const { html, headers } = await show(await invited('usr_form'), 'usr_form');
    expect(html).toContain('Join as name of usr_form');
    expect(html).toContain(`name="csrf" value="${admin.credentials('usr_form')['x-csrf-token']}"`);
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(headers['referrer-policy']).toBe('same-origin');
  });

  it.each<Record<string, string>>([
    { csrf: 'forged' },
    { csrf: '' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('takes no form that is not its own: %j', async (change) => {
    await admin.welcome(`usr_${JSON.stringify(change).length}_${Object.keys(change)[0]!}`, {});
    const who = `usr_${JSON.stringify(change).length}_${Object.keys(change)[0]!}` as const;
    const made = await invited(who);
    expect((await accept(made, who, change)).status).toBe(403);
    expect(await roleOf(who)).toBeUndefined();
    expect((await accept(made, who)).status).toBe(303);
  });

  it('sends whoever is not signed in to sign in, and makes nobody a member', async () => {
    const made = await invited('usr_out');
    expect(await accept(made, 'nobody', { cookie: '' })).toMatchObject({
      status: 303,
      location: `/admin/sign-in?return_to=${encodeURIComponent(made.path)}`,
    });
    expect(await stateOf(made.id)).toBe('open');
  });

  it.each(['x', 'A'.repeat(43), `${'A'.repeat(42)}%2F`])('is not found for the token %s', async (token) => {
    const made = { path: `/admin/invitations/${token}` };
    expect((await show(made)).status).toBe(404);
    expect((await accept(made, 'admin')).status).toBe(404);
    expect(await isOpen(made)).toBe(false);
  });
});

describe('inviting an admin', () => {
  it('needs nobody else where there is one admin alone', async () => {
    await admin.welcome('usr_heir', {});
    expect(await invited('usr_heir', 'admin', 'usr_sole')).toMatchObject({ state: 'open', approval: null });
    await admin.database.query(`DELETE FROM invitation WHERE email = $1`, [addressOf('usr_heir')]);
  });

  it('waits for another admin: the link is known at once, and dead until they approve exactly that', async () => {
    await admin.welcome('usr_chief', {});
    const wish = { email: addressOf('usr_chief'), role: 'admin', reason: 'Takes over.' };
    const asked = await call('POST', 'invitations', wish);
    const approval = asked.body['approval'] as Json;
    const { id, url, expires_at } = asked.body as Record<string, string>;
    const content = { email: wish.email, role: 'admin', expires_at };
    expect(asked).toMatchObject({
      status: 202,
      headers: { location: `/admin/api/approvals/${String(approval['id'])}` },
      body: { state: 'awaiting_approval' },
    });
    expect(approval).toMatchObject({
      ...{ action: 'member.invite_admin', content, reason: 'Takes over.', why_not: 'own' },
      subject: { type: 'invitation', id },
    });
    const made = { path: new URL(url!).pathname };
    expect(await accept(made, 'usr_chief')).toMatchObject({
      status: 409,
      html: expect.stringContaining('not approved yet'),
    });
    expect(await isOpen(made)).toBe(false);
    const { id: approvalId, content_hash } = approval;
    const approve = (who: Persona) =>
      call('POST', `approvals/${String(approvalId)}/approve`, { content_hash }, who);
    expect((await approve('admin')).body).toMatchObject(problem('approval-own'));
    expect(await approve('deputy')).toMatchObject({
      status: 200,
      body: { state: 'approved', used_at: expect.any(String) },
    });
    expect(await isOpen(made)).toBe(true);
    expect((await accept(made, 'usr_chief')).status).toBe(303);
    expect(await roleOf('usr_chief')).toBe('admin by invitation');
  });

  it('ends with the approval being rejected', async () => {
    await admin.welcome('usr_denied', {});
    const made = await invited('usr_denied', 'admin');
    const { id, content_hash } = made['approval'] as Json;
    await call('POST', `approvals/${String(id)}/reject`, { content_hash }, 'deputy');
    expect(await accept(made, 'usr_denied')).toMatchObject({
      status: 410,
      html: expect.stringContaining('not approved'),
    });
    expect(await stateOf(made.id)).toBe('refused');
    expect(await roleOf('usr_denied')).toBeUndefined();
  });

  it('ends with the invitation being revoked, and the approval is withdrawn', async () => {
    const made = await invited('usr_never', 'admin');
    const { id, content_hash } = made['approval'] as Json;
    expect((await call('DELETE', `invitations/${made.id}`, undefined, 'deputy')).status).toBe(204);
    expect((await call('GET', `approvals/${String(id)}`)).body).toMatchObject({
      state: 'withdrawn',
      decided_by: { id: 'usr_deputy' },
    });
    expect((await call('POST', `approvals/${String(id)}/approve`, { content_hash }, 'deputy')).status).toBe(
      409,
    );
  });

  it('is approved for what it was, and for nothing that was changed beneath it', async () => {
    const made = await invited('usr_swap', 'admin');
    await admin.database.query(`UPDATE invitation SET email = $2 WHERE id = $1`, [
      made.id,
      addressOf('usr_nobody'),
    ]);
    const { id, content_hash } = made['approval'] as Json;
    expect(await call('POST', `approvals/${String(id)}/approve`, { content_hash }, 'deputy')).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    expect(await stateOf(made.id)).toBe('awaiting_approval');
  });
});

describe('invitations', () => {
  it.each(['viewer', 'auditor', 'operator'] as const)('are no business of a %s', async (who) => {
    const wish = { email: 'a@example.com', role: 'viewer' };
    const made = await invited('usr_any', 'viewer');
    expect((await call('POST', 'invitations', wish, who)).status).toBe(403);
    expect((await call('GET', 'invitations', undefined, who)).status).toBe(403);
    expect((await call('DELETE', `invitations/${made.id}`, undefined, who)).status).toBe(403);
  });

  it('are made only by an admin whose sign-in is fresh', async () => {
    const wish = { email: 'a@example.com', role: 'viewer' };
    expect(await call('POST', 'invitations', wish, 'stale')).toMatchObject({
      status: 401,
      body: problem('insufficient-user-authentication'),
    });
  });

  it('of another workspace are not known', async () => {
    const made = await invited('usr_any', 'viewer');
    expect((await call('GET', 'invitations', undefined, 'stranger')).body['data']).toEqual([]);
    for (const id of [made.id, 'inv_missing'])
      expect(await call('DELETE', `invitations/${id}`, undefined, 'stranger')).toMatchObject({
        status: 404,
        body: problem('invitation-not-found'),
      });
    expect(await isOpen(made)).toBe(true);
  });

  it('are listed newest first, without their links, in pages that neither repeat nor skip', async () => {
    await admin.database.query(`DELETE FROM invitation WHERE workspace_id = 'wsp_3'`);
    const made = [];
    for (const guest of ['usr_a', 'usr_b', 'usr_c']) made.push(await invited(guest, 'viewer', 'usr_sole'));
    const first = await call('GET', 'invitations?limit=2', undefined, 'usr_sole');
    const cursor = String(first.body['next_cursor']);
    const second = await call('GET', `invitations?limit=2&cursor=${cursor}`, undefined, 'usr_sole');
    const listed = [first, second].flatMap(({ body }) => body['data'] as Json[]);
    expect(listed.map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed());
    expect(JSON.stringify(listed)).not.toContain('/admin/invitations/');
    expect(second.body['next_cursor']).toBeNull();
  });

  it.each([
    { email: 'nobody', role: 'viewer' },
    { email: 'a@example.com', role: 'owner' },
    { email: 'a@example.com', role: 'viewer', expires_in_seconds: 30 * 86_400 + 1 },
    { email: 'a@example.com', role: 'viewer', expires_in_seconds: 59 },
    { role: 'viewer' },
  ])('refuses %j', async (wish) => {
    expect(await call('POST', 'invitations', wish)).toMatchObject({
      status: 400,
      body: problem('invalid-request'),
    });
  });
});
