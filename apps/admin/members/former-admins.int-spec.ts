import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '#embedded';
import { RunningAdmin } from '../admin.fixture.js';
import { InvitationsOf } from '../invitations/invitations.fixture.js';

let admin: RunningAdmin;
beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);
afterAll(() => admin.close());

const call: RunningAdmin['call'] = (...request) => admin.call(...request);

const auditedOf: RunningAdmin['auditedOf'] = (...asked) => admin.auditedOf(...asked);
const rolesIn: RunningAdmin['rolesIn'] = (workspace) => admin.rolesIn(workspace);

/** A workspace of its own, with these admins. */
async function workspaceOf(id: string, ...admins: `usr_${string}`[]): Promise<void> {
  await admin.database.query(`INSERT INTO workspace (id, name) VALUES ($1, $1)`, [id]);
  for (const person of admins) await admin.welcome(person, { [id]: 'admin' });
}

const problem = (slug: string) => ({ type: `/problems/${slug}` });

/** Holds the lock of a workspace's members, does `meanwhile`, and lets go. */
async function underTheLock(workspace: string, meanwhile: () => Promise<unknown>): Promise<void> {
  await withConnection(admin.database.adminUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('evergrant.members ' || $1, 0))`, [
      workspace,
    ]);
    await meanwhile();
    await client.query('COMMIT');
  });
}

describe('whoever is no longer an admin', () => {
  const ways = [
    ['was removed', 'DELETE', undefined],
    ['was lowered', 'PATCH', { role: 'viewer' }],
    ['left', 'DELETE', 'membership'],
  ] as const;

  it.each(ways)(
    'because they %s has nothing under way: no request, no invitation',
    async (how, method, way) => {
      const [workspace, gone, next] = [`wsp_gone_${how}`, `usr_gone_${how}`, `usr_next_${how}`] as const;
      await workspaceOf(workspace, gone, `usr_stays_${how}`);
      await admin.welcome(next, { [workspace]: 'viewer' });
      const invitations = new InvitationsOf(admin);
      const own = await invitations.make('usr_nobody', 'operator', gone);
      const others = await invitations.make('usr_nobody', 'operator', `usr_stays_${how}`);
      const asked = await call('PATCH', `members/${next}`, { role: 'admin' }, gone);
      expect(asked.status).toBe(202);
      const done =
        way === 'membership'
          ? await call(method, way, undefined, gone)
          : await call(method, `members/${gone}`, way, `usr_stays_${how}`);
      expect(done.status).toBeLessThan(300);
      const id = String(asked.body['id']);
      expect((await call('GET', `approvals/${id}`, undefined, `usr_stays_${how}`)).body).toMatchObject({
        state: 'withdrawn',
        decided_by: { id: way === 'membership' ? gone : `usr_stays_${how}` },
      });
      expect((await auditedOf(id, workspace)).at(-1)).toMatchObject({
        action: 'approval.withdrawn',
        detail: { member: gone, content_hash: asked.body['content_hash'] },
      });
      expect([await invitations.isOpen(own), await invitations.isOpen(others)]).toEqual([false, true]);
      expect((await auditedOf(own.id, workspace)).at(-1)).toMatchObject({
        action: 'invitation.revoked',
        detail: { invited_by: gone },
      });
    },
  );

  it('neither approves nor invites, even where the request was under way when it happened', async () => {
    await workspaceOf('wsp_flight', 'usr_asks', 'usr_falls');
    await admin.welcome('usr_rises', { wsp_flight: 'viewer' });
    const { id, content_hash } = (await call('PATCH', 'members/usr_rises', { role: 'admin' }, 'usr_asks'))
      .body;
    let late: ReturnType<typeof call>[] = [];
    await underTheLock('wsp_flight', async () => {
      late = [
        call('POST', `approvals/${String(id)}/approve`, { content_hash }, 'usr_falls'),
        call('POST', 'invitations', { email: 'a@example.com', role: 'viewer' }, 'usr_falls'),
      ];
      void Promise.allSettled(late);
      await sleep(300);
      await admin.database.query(`DELETE FROM member WHERE person_id = 'usr_falls'`);
    });
    for (const answer of await Promise.all(late))
      expect(answer).toMatchObject({ status: 403, body: problem('insufficient-role') });
    expect(await rolesIn('wsp_flight')).toEqual({ usr_asks: 'admin', usr_rises: 'viewer' });
  });
});

describe('a decision and a removal at the same moment', () => {
  it('come one after the other, and neither fails', async () => {
    for (let round = 0; round < 5; round++) {
      const idOf = (n: number) => `usr_same_${round}_${n}` as const;
      const [one, two, third] = [idOf(1), idOf(2), idOf(3)] as const;
      const workspace = `wsp_same_${round}`;
      await workspaceOf(workspace, one, two);
      await admin.welcome(third, { [workspace]: 'viewer' });
      const { id, content_hash } = (await call('PATCH', `members/${third}`, { role: 'admin' }, one)).body;
      const answers = await Promise.all([
        call('POST', `approvals/${String(id)}/approve`, { content_hash }, two),
        call('DELETE', `members/${one}`, undefined, two),
      ]);
      for (const { status } of answers) expect([200, 204, 409]).toContain(status);
      const states = await auditedOf(String(id), workspace);
      expect(['approval.used', 'approval.withdrawn']).toContain(states.at(-1)!['action']);
    }
  });
});
