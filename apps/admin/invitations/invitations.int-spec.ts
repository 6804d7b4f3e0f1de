import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';
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

describe('inviting an admin', () => {
  it('needs nobody else where there is one admin alone', async () => {
    await admin.welcome('usr_heir', {});
    expect(await invitations.make('usr_heir', 'admin', 'usr_sole')).toMatchObject({
      state: 'open',
      approval: null,
    });
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
    expect(await invitations.accept(made, 'usr_chief')).toMatchObject({
      status: 409,
      html: expect.stringContaining('not approved yet'),
    });
    expect(await invitations.isOpen(made)).toBe(false);
    const { id: approvalId, content_hash } = approval;
    const approve = (who: Persona) =>
      call('POST', `approvals/${String(approvalId)}/approve`, { content_hash }, who);
    expect((await approve('admin')).body).toMatchObject(problem('approval-own'));
    expect(await approve('deputy')).toMatchObject({
      status: 200,
      body: { state: 'approved', used_at: expect.any(String) },
    });
    expect(await invitations.isOpen(made)).toBe(true);
    expect((await invitations.accept(made, 'usr_chief')).status).toBe(303);
    expect(await invitations.roleOf('usr_chief')).toBe('admin by invitation');
  });

  it('ends with the approval being rejected', async () => {
    await admin.welcome('usr_denied', {});
    const made = await invitations.make('usr_denied', 'admin');
    const { id, content_hash } = made['approval'] as Json;
    await call('POST', `approvals/${String(id)}/reject`, { content_hash }, 'deputy');
    expect(await invitations.accept(made, 'usr_denied')).toMatchObject({
      status: 410,
      html: expect.stringContaining('not approved'),
    });
    expect(await invitations.stateOf(made.id)).toBe('refused');
    expect(await invitations.roleOf('usr_denied')).toBeUndefined();
  });

  it('ends with the invitation being revoked, and the approval is withdrawn', async () => {
    const made = await invitations.make('usr_never', 'admin');
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
    const made = await invitations.make('usr_swap', 'admin');
    await admin.database.query(`UPDATE invitation SET email = $2 WHERE id = $1`, [
      made.id,
      addressOf('usr_nobody'),
    ]);
    const { id, content_hash } = made['approval'] as Json;
    expect(await call('POST', `approvals/${String(id)}/approve`, { content_hash }, 'deputy')).toMatchObject({
      status: 409,
      body: problem('approval-content-mismatch'),
    });
    expect(await invitations.stateOf(made.id)).toBe('awaiting_approval');
  });
});

describe('invitations', () => {
  it.each(['viewer', 'auditor', 'operator'] as const)('are no business of a %s', async (who) => {
    const wish = { email: 'a@example.com', role: 'viewer' };
    const made = await invitations.make('usr_any', 'viewer');
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
    const made = await invitations.make('usr_any', 'viewer');
    expect((await call('GET', 'invitations', undefined, 'stranger')).body['data']).toEqual([]);
    for (const id of [made.id, 'inv_missing'])
      expect(await call('DELETE', `invitations/${id}`, undefined, 'stranger')).toMatchObject({
        status: 404,
        body: problem('invitation-not-found'),
      });
    expect(await invitations.isOpen(made)).toBe(true);
  });

  it('are listed newest first, without their links, in pages that neither repeat nor skip', async () => {
    await admin.database.query(`DELETE FROM invitation WHERE workspace_id = 'wsp_3'`);
    const made = [];
    for (const guest of ['usr_a', 'usr_b', 'usr_c'])
      made.push(await invitations.make(guest, 'viewer', 'usr_sole'));
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
