import { RunningAdmin } from '../admin.fixture.js';
import { addressOf, InvitationsOf } from './invitations.fixture.js';

let admin: RunningAdmin;
let invitations: InvitationsOf;
beforeAll(async () => {
  admin = await RunningAdmin.start();
  invitations = new InvitationsOf(admin);
  // With one admin alone, whoever is invited as an admin needs nobody else.
  await admin.database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_3', 'Three & Co')`);
  await admin.welcome('usr_sole', { wsp_3: 'admin' });
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);
const problem = (slug: string) => ({ type: `/problems/${slug}` });

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
    expect(await invitations.isOpen(made)).toBe(true);
    expect((await call('GET', 'members', undefined, 'usr_gus')).status).toBe(404);
    expect(await invitations.accept(made, 'usr_gus')).toMatchObject({ status: 303, location: '/' });
    expect((await call('GET', 'members', undefined, 'usr_gus')).status).toBe(200);
    expect(await invitations.roleOf('usr_gus')).toBe('operator by invitation');
    expect(await invitations.stepsOf(made.id)).toMatchObject([
      { action: 'invitation.created', actor: { id: 'usr_admin' }, detail: { role: 'operator' } },
      {
        action: 'invitation.accepted',
        actor: { id: 'usr_gus' },
        detail: { member: 'usr_gus', invited_by: { id: 'usr_admin' } },
      },
    ]);
    expect(await invitations.stepsOf('usr_gus')).toMatchObject([
      { action: 'member.added', actor: { id: 'usr_gus' }, detail: { to: 'operator', invitation: made.id } },
    ]);
    const kept = await admin.database.query(`SELECT i::text AS row FROM invitation i`);
    expect(JSON.stringify([kept, await invitations.stepsOf(made.id)])).not.toContain(
      made.path.split('/').at(-1),
    );
  });

  it('is accepted once, however often and by whomever at the same moment', async () => {
    await admin.welcome('usr_twice', {});
    const made = await invitations.make('usr_twice');
    const answers = await Promise.all([1, 2, 3].map(() => invitations.accept(made, 'usr_twice')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 410, 410]);
    expect((await invitations.accept(made, 'usr_twice')).html).toContain('This invitation was used');
    expect((await invitations.show(made, 'usr_twice')).status).toBe(410);
    expect(await invitations.isOpen(made)).toBe(false);
    expect(await invitations.stepsOf(made.id)).toHaveLength(2);
  });

  it('by another address is refused with the reason', async () => {
    const made = await invitations.make('usr_else');
    for (const { status, html } of [
      await invitations.show(made, 'nobody'),
      await invitations.accept(made, 'nobody'),
    ]) {
      expect(status).toBe(403);
      expect(html).toContain('This invitation is for somebody else');
    }
    // U+212A folds to k: another address nevertheless.
    await admin.welcome('usr_kim', {});
    await admin.database.query(`UPDATE person SET email = $1 WHERE id = 'usr_kim'`, [
      addressOf('usr_\u212aim'),
    ]);
    expect((await invitations.accept(await invitations.make('usr_kim'), 'usr_kim')).status).toBe(403);
    expect(await invitations.roleOf('usr_kim')).toBeUndefined();
  });

  it('by another address leads to a sign-in that does not take the session of before for an answer', async () => {
    const { html } = await invitations.show(await invitations.make('usr_else'), 'nobody');
    const link = /href="(\/admin\/sign-in[^"]+)"/.exec(html)![1]!.replaceAll('&amp;', '&');
    const { statusCode } = await admin.app.inject({
      url: link,
      headers: { cookie: admin.credentials('nobody')['cookie'] },
    });
    // The choice of identity providers, and no way back to where they came from.
    expect([statusCode, new URL(link, 'http://x').searchParams.get('return_to')]).toEqual([
      200,
      expect.stringMatching(/^\/admin\/invitations\//),
    ]);
  });

  it('by an address that nobody vouches for is refused with the reason', async () => {
    await admin.welcome('usr_unproven', {});
    await admin.database.query(`UPDATE person SET email_verified = false WHERE id = 'usr_unproven'`);
    const refused = await invitations.accept(await invitations.make('usr_unproven'), 'usr_unproven');
    expect(refused).toMatchObject({
      status: 403,
      html: expect.stringContaining('Your address is not verified'),
    });
    expect(await invitations.roleOf('usr_unproven')).toBeUndefined();
  });

  it('that came too late is refused with the reason', async () => {
    await admin.welcome('usr_late', {});
    const made = await invitations.make('usr_late');
    await admin.database.query(`UPDATE invitation SET expires_at = now() WHERE id = $1`, [made.id]);
    expect(await invitations.accept(made, 'usr_late')).toMatchObject({
      status: 410,
      html: expect.stringContaining('too old'),
    });
    expect([await invitations.isOpen(made), await invitations.stateOf(made.id)]).toEqual([false, 'expired']);
  });

  it('that was revoked is refused with the reason, from that moment on', async () => {
    await admin.welcome('usr_unwanted', {});
    const made = await invitations.make('usr_unwanted');
    expect((await call('DELETE', `invitations/${made.id}`)).status).toBe(204);
    expect((await call('DELETE', `invitations/${made.id}`)).status).toBe(204);
    expect(await invitations.accept(made, 'usr_unwanted')).toMatchObject({
      status: 410,
      html: expect.stringContaining('taken back'),
    });
    expect([await invitations.isOpen(made), await invitations.stateOf(made.id)]).toEqual([false, 'revoked']);
    expect(await invitations.stepsOf(made.id)).toHaveLength(2);
  });

  it('that was accepted is not revoked', async () => {
    await admin.welcome('usr_joined', {});
    const made = await invitations.make('usr_joined');
    await invitations.accept(made, 'usr_joined');
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
    expect((await invitations.accept(await invitations.make(id, role), id)).status).toBe(303);
    expect(await invitations.roleOf(id)).toBe(after);
  });

  it('opens no workspace that is suspended', async () => {
    await admin.welcome('usr_early', {});
    const made = await invitations.make('usr_early', 'viewer', 'usr_sole');
    await admin.database.query(`UPDATE workspace SET suspended_at = now() WHERE id = 'wsp_3'`);
    expect(await invitations.accept(made, 'usr_early')).toMatchObject({
      status: 403,
      html: expect.stringContaining('suspended'),
    });
    await admin.database.query(`UPDATE workspace SET suspended_at = NULL WHERE id = 'wsp_3'`);
    expect((await invitations.accept(made, 'usr_early')).status).toBe(303);
  });
});

describe('the page of an invitation', () => {
  it('says who invites whom to what, and leads to the sign-in and back', async () => {
    const made = await invitations.make('usr_new', 'auditor', 'usr_sole');
    const { status, html, headers } = await invitations.show(made);
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
    const { html, headers } = await invitations.show(await invitations.make('usr_form'), 'usr_form');
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
    const made = await invitations.make(who);
    expect((await invitations.accept(made, who, change)).status).toBe(403);
    expect(await invitations.roleOf(who)).toBeUndefined();
    expect((await invitations.accept(made, who)).status).toBe(303);
  });

  it('sends whoever is not signed in to sign in, and makes nobody a member', async () => {
    const made = await invitations.make('usr_out');
    expect(await invitations.accept(made, 'nobody', { cookie: '' })).toMatchObject({
      status: 303,
      location: `/admin/sign-in?return_to=${encodeURIComponent(made.path)}`,
    });
    expect(await invitations.stateOf(made.id)).toBe('open');
  });

  it.each(['x', 'A'.repeat(43), `${'A'.repeat(42)}%2F`])('is not found for the token %s', async (token) => {
    const made = { path: `/admin/invitations/${token}` };
    expect((await invitations.show(made)).status).toBe(404);
    expect((await invitations.accept(made, 'admin')).status).toBe(404);
    expect(await invitations.isOpen(made)).toBe(false);
  });
});
