import { Sessions } from '#storage';
import { eventually, ScriptedBrowser } from '#testing';
import { SignInFixture, type SessionBody } from './sign-in.fixture.js';

const cookieName = 'evergrant_session';
let fixture: SignInFixture;
beforeAll(async () => {
  fixture = await SignInFixture.start();
}, 60_000);
afterAll(() => fixture.stop());

const inBrowser = async (person: 'ada' | 'otto' | 'eve', start?: string) => {
  const browser = new ScriptedBrowser();
  return { browser, page: await fixture.signIn(browser, person, start) };
};
const secretIn = (browser: ScriptedBrowser) => browser.cookie('localhost', cookieName);
const sessionsOf = (name: string) =>
  fixture.database.query<{ ended: boolean }>(
    `SELECT ended_at IS NOT NULL AS ended FROM session JOIN person p ON p.id = person_id WHERE p.name LIKE $1 || ' %'`,
    [name],
  );
const asking = (app: typeof fixture.app, secret: string | undefined) =>
  app.inject({ url: '/admin/api/session', headers: { cookie: `${cookieName}=${secret ?? ''}` } });

describe('a sign-in', () => {
  it('opens a session with the roles that the claims give', async () => {
    const { browser } = await inBrowser('otto');
    const { status, body } = await fixture.session(browser);
    expect(status).toBe(200);
    expect(body).toMatchObject({ person: { name: 'otto of the company', email: 'otto@company.example' } });
    expect(body.workspaces).toEqual([
      { id: 'wsp_1', name: 'One', role: 'operator', suspended: false },
      { id: 'wsp_2', name: 'Two', role: 'admin', suspended: false },
    ]);
    expect(Date.now() - Date.parse(body.authenticated_at)).toBeLessThan(60_000);
  });

  it('is on record in every workspace that it opens', async () => {
    await inBrowser('otto');
    const entries = await fixture.database.query<{ workspace_id: string; entry: Buffer }>(
      `SELECT DISTINCT ON (workspace_id) workspace_id, entry FROM audit_entry WHERE action = 'person.signed_in' AND actor_type = 'user'
       ORDER BY workspace_id, at DESC`,
    );
    expect(entries.map(({ workspace_id: id }) => id)).toEqual(['wsp_1', 'wsp_2']);
  });

  it('of somebody who is a member of nothing opens nothing, and says what to do', async () => {
    const { browser, page } = await inBrowser('eve');
    expect([page.status, page.html.includes('You have no access')]).toEqual([403, true]);
    expect(page.html).toContain('invitation');
    expect((await fixture.session(browser)).status).toBe(401);
    expect(await sessionsOf('eve')).toEqual([]);
    // Where anybody has an account at the issuer, anybody could fill the table, and we would know them all.
    expect(await fixture.database.query(`SELECT 1 FROM person WHERE name LIKE 'eve %'`)).toEqual([]);
  });

  it('keeps nothing in the database with which it could be completed', async () => {
    const browser = new ScriptedBrowser();
    await fixture.authorize(browser, 'ada');
    const dump = JSON.stringify(await fixture.database.query(`SELECT * FROM sign_in`));
    const stored = browser
      .cookiesOf('localhost')
      .flatMap(([name, value]) => (name.startsWith('evergrant_sign_in_') ? [value] : []));
    expect(stored).toHaveLength(1);
    for (const part of stored.flatMap((value) => value.split('.'))) {
      expect(part.length).toBeGreaterThanOrEqual(43);
      expect(dump).not.toContain(part);
    }
  });

  it.each([
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/\t/evil.example/', '/'],
    ['/.//evil.example/', '/'],
    ['/x/..//evil.example/', '/'],
    ['/%2e//evil.example/', '/'],
    ['/.\\\\evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/admin/signed-out?x=1', '/admin/signed-out?x=1'],
    [
      `/kill-switch?connections=${'con_1%2C'.repeat(700)}`,
      `/kill-switch?connections=${'con_1%2C'.repeat(700)}`,
    ],
    [`/kill-switch?connections=${'con_1%2C'.repeat(1_200)}`, '/'],
  ])('that was begun with return_to=%j ends at %s', async (wish, end) => {
    const browser = new ScriptedBrowser();
    const callback = await fixture.authorize(
      browser,
      'ada',
      `/admin/sign-in?return_to=${encodeURIComponent(wish)}`,
    );
    const answer = await browser.fetch(callback);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, end]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('a sign-in that was broken off', () => {
  it('offers to begin the same one again: back to the same place, as fresh as it was to be', async () => {
    const browser = new ScriptedBrowser();
    const callback = await fixture.authorize(
      browser,
      'ada',
      '/admin/sign-in?max_age=60&return_to=%2Fsigned-in%3Fx%3D1',
    );
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    const page = await browser.open(callback);
    expect(page.status).toBe(403);
    expect(page.html).toContain('href="/admin/sign-in?return_to=%2Fsigned-in%3Fx%3D1&amp;max_age=60"');
  });
});

describe('session fixation', () => {
  it('fails: whoever signs in gets a new session, and the planted one ends', async () => {
    const { browser: attacker } = await inBrowser('otto');
    const planted = secretIn(attacker)!;
    const victim = new ScriptedBrowser();
    victim.plant('localhost', cookieName, planted);
    await fixture.signIn(victim, 'ada', '/admin/sign-in?max_age=3600');
    expect(secretIn(victim)).not.toBe(planted);
    expect((await fixture.session(victim)).body.person.name).toBe('ada of the company');
    expect((await asking(fixture.app, planted)).statusCode).toBe(401);
  });

  it('fails with a made-up secret, which is never taken up', async () => {
    const victim = new ScriptedBrowser();
    const planted = 'f'.repeat(43);
    victim.plant('localhost', cookieName, planted);
    await fixture.signIn(victim, 'ada');
    expect(secretIn(victim)).not.toBe(planted);
    expect((await asking(fixture.app, planted)).statusCode).toBe(401);
  });
});

describe('a replayed callback', () => {
  it('is refused, in the same browser too, and the session stands', async () => {
    const browser = new ScriptedBrowser();
    const callback = await fixture.authorize(browser, 'ada');
    const kept = browser.stoppingAt();
    const cookies = browser.cookiesOf('localhost');
    expect((await kept.fetch(callback)).status).toBe(303);
    for (const [name, value] of cookies) browser.plant('localhost', name, value);
    const again = await browser.open(callback);
    expect([again.status, again.html.includes('cannot be completed')]).toEqual([400, true]);
    expect((await fixture.session(browser)).status).toBe(200);
  });

  it('with a state that nobody began is refused', async () => {
    const page = await new ScriptedBrowser().open(
      `${fixture.origin}/admin/sign-in/company/callback?code=x&state=y&iss=${encodeURIComponent(fixture.sandbox.url)}`,
    );
    expect(page.status).toBe(400);
  });

  it('of ten at once is taken once', async () => {
    const browser = new ScriptedBrowser();
    const callback = await fixture.authorize(browser, 'ada');
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.stoppingAt().fetch(callback)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });
});

describe('login CSRF', () => {
  it("fails: a callback of the attacker's sign-in opens nothing in the victim's browser", async () => {
    const callback = await fixture.authorize(new ScriptedBrowser(), 'otto');
    const victim = new ScriptedBrowser();
    const page = await victim.open(callback);
    expect(page.status).toBe(400);
    expect((await fixture.session(victim)).status).toBe(401);
  });

  it('fails too where the victim has a sign-in of its own under way', async () => {
    const attackers = await fixture.authorize(new ScriptedBrowser(), 'otto');
    const victim = new ScriptedBrowser();
    const own = await fixture.authorize(victim, 'ada');
    expect((await victim.open(attackers)).status).toBe(400);
    await victim.open(own);
    expect((await fixture.session(victim)).body.person.name).toBe('ada of the company');
  });
});

describe('a stolen cookie', () => {
  it('is worth nothing after logout, on any replica', async () => {
    const { browser } = await inBrowser('ada');
    const stolen = secretIn(browser);
    const replica = await fixture.replica();
    try {
      expect((await asking(replica, stolen)).statusCode).toBe(200);
      const answer = await fixture.change(browser, 'POST', 'session/sign-out');
      const { redirect } = (await answer.json()) as { redirect: string };
      expect(answer.headers.get('set-cookie')).toContain(`${cookieName}=; Path=/; Max-Age=0`);
      expect((await asking(replica, stolen)).statusCode).toBe(401);
      expect((await asking(fixture.app, stolen)).statusCode).toBe(401);
      const url = new URL(redirect);
      expect(url.origin).toBe(fixture.sandbox.url);
      expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${fixture.origin}/admin/signed-out`);
      expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    } finally {
      await replica.close();
    }
  });

  it('is worth nothing once its identity provider says that the session ended', async () => {
    const { browser } = await inBrowser('otto');
    const { browser: other } = await inBrowser('ada');
    const told = await fixture.control.post('/users/otto/sign-out', {});
    expect(told.body).toMatchObject({ clients_failed: 0 });
    expect((await fixture.session(browser)).status).toBe(401);
    expect((await fixture.session(other)).status).toBe(200);
  });

  it('that its owner ends from another browser stops at once', async () => {
    const { browser: lost } = await inBrowser('ada');
    const { browser } = await inBrowser('ada');
    const { body } = await fixture.session(lost);
    expect((await fixture.change(browser, 'DELETE', `sessions/${body.id}`)).status).toBe(204);
    expect((await fixture.session(lost)).status).toBe(401);
    const { browser: third } = await inBrowser('ada');
    expect((await fixture.change(browser, 'POST', 'sessions/end-others')).status).toBe(200);
    expect((await fixture.session(third)).status).toBe(401);
    expect((await fixture.session(browser)).status).toBe(200);
  });

  it("of another person cannot be ended, and is not told from one that isn't there", async () => {
    const { browser: ada } = await inBrowser('ada');
    const { browser: otto } = await inBrowser('otto');
    const { id } = (await fixture.session(ada)).body;
    const [foreign, missing] = await Promise.all(
      [id, 'ses_none'].map(async (one) => fixture.change(otto, 'DELETE', `sessions/${one}`)),
    );
    expect([foreign!.status, missing!.status]).toEqual([404, 404]);
    expect((await fixture.session(ada)).status).toBe(200);
  });

  it('is forgotten 90 days after its end, and a sign-in that nobody came back from with its end', async () => {
    const { browser } = await inBrowser('ada');
    const { id } = (await fixture.session(browser)).body;
    await fixture.authorize(new ScriptedBrowser(), 'ada');
    await fixture.database.query(`UPDATE sign_in SET expires_at = now() - interval '1 second'`);
    await fixture.database.query(`UPDATE session SET ended_at = now() - interval '91 days' WHERE id = $1`, [
      id,
    ]);
    await fixture.app.get(Sessions, { strict: false }).deleteOld();
    await fixture.app.get(Sessions, { strict: false }).deleteLapsedSignIns();
    expect(await fixture.database.query(`SELECT 1 FROM session WHERE id = $1`, [id])).toEqual([]);
    expect(await fixture.database.query(`SELECT 1 FROM sign_in`)).toEqual([]);
    expect(await fixture.database.query(`SELECT 1 FROM session`)).not.toEqual([]);
  });

  it('ends by itself when idle, and after its hours however busy', async () => {
    const { browser: idle } = await inBrowser('ada');
    const { browser: old } = await inBrowser('ada');
    const shift = (browser: ScriptedBrowser, change: string) =>
      fixture
        .session(browser)
        .then(({ body }) => fixture.database.query(`UPDATE session SET ${change} WHERE id = $1`, [body.id]));
    await shift(idle, `last_seen_at = now() - interval '61 minutes'`);
    await shift(old, `expires_at = now() - interval '1 second'`);
    expect((await fixture.session(idle)).status).toBe(401);
    expect((await fixture.session(old)).status).toBe(401);
  });
});

it('a session is used by what a person asks, and not by what a page asks with nobody at it', async () => {
  const used = async (headers: Record<string, string>) => {
    const { browser } = await inBrowser('ada');
    const { id } = (await fixture.session(browser)).body;
    const seen = async () =>
      (
        await fixture.database.query<{ ago: number }>(
          `SELECT extract(epoch FROM now() - last_seen_at)::int AS ago FROM session WHERE id = $1`,
          [id],
        )
      )[0]!.ago;
    await fixture.database.query(
      `UPDATE session SET last_seen_at = now() - interval '50 minutes' WHERE id = $1`,
      [id],
    );
    const cookie = `${cookieName}=${secretIn(browser)}`;
    const answer = await fixture.app.inject({ url: '/admin/api/session', headers: { cookie, ...headers } });
    expect(answer.statusCode).toBe(200);
    return seen;
  };
  const unattended = await used({ 'evergrant-unattended': 'true' });
  const attended = await used({});
  await eventually(async () => expect(await attended()).toBeLessThan(60));
  expect(await unattended()).toBeGreaterThan(49 * 60);
});

describe('a change from elsewhere', () => {
  it.each([
    ['without the CSRF token', { 'x-csrf-token': '' }],
    ["with another session's token", { 'x-csrf-token': 'x'.repeat(43) }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from an opaque origin', { origin: 'null' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_, headers: Record<string, string>) => {
    const { browser } = await inBrowser('ada');
    const answer = await fixture.change(browser, 'POST', 'sessions/end-others', { headers });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ type: '/problems/csrf-refused' });
  });

  it('is what the cookie alone would not stop: SameSite=Lax, HttpOnly, and __Host- with Secure on https', async () => {
    const browser = new ScriptedBrowser();
    const answer = await browser.fetch(await fixture.authorize(browser, 'ada'));
    const plain = answer.headers.getSetCookie().find((line) => line.startsWith(`${cookieName}=`));
    expect(plain).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
    const secure = await fixture.replica({ PUBLIC_URL: 'https://evergrant.example' });
    const begun = await secure.inject({ url: '/admin/sign-in' });
    await secure.close();
    expect(String(begun.headers['set-cookie'])).toMatch(
      /^__Host-evergrant_sign_in_[0-9a-f]{16}=.*; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('cannot come about on a plain http origin that is not localhost: admin does not start', async () => {
    await expect(fixture.replica({ PUBLIC_URL: 'http://evergrant.example' })).rejects.toThrow(/PUBLIC_URL/);
  });
});

describe('a step-up', () => {
  it('asks the identity provider for a login however fresh its session, and moves the time of sign-in', async () => {
    const browser = new ScriptedBrowser();
    await fixture.signIn(browser, 'ada');
    const before = (await fixture.session(browser)).body;
    await fixture.database.query(
      `UPDATE session SET authenticated_at = now() - interval '1 hour' WHERE id = $1`,
      [before.id],
    );
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await fixture.signIn(browser, 'ada', '/admin/sign-in?max_age=0&return_to=/admin/signed-out');
    const after = (await fixture.session(browser)).body;
    expect(after.id).not.toBe(before.id);
    expect(Date.parse(after.authenticated_at)).toBeGreaterThan(Date.parse(before.authenticated_at));
  });
});

describe('a role', () => {
  it('that the claims no longer give is lost at the next sign-in, and the last admin stays', async () => {
    const { browser } = await inBrowser('otto');
    const roles = ({ workspaces }: SessionBody) => workspaces.map(({ id, role }) => `${id} ${role}`);
    await fixture.control.put('/users/otto', { password: 'correct horse', groups: [] });
    await fixture.signIn(browser, 'otto', '/admin/sign-in?max_age=86400');
    expect(roles((await fixture.session(browser)).body)).toEqual(['wsp_2 admin']);
    const kept = await fixture.database.query(
      `SELECT 1 FROM audit_entry WHERE workspace_id = 'wsp_2' AND action = 'member.kept_as_last_admin'`,
    );
    expect(kept).toHaveLength(1);
    await fixture.control.put('/users/otto', {
      password: 'correct horse',
      groups: ['operators', 'admins-of-two'],
    });
  });

  it('that is taken away is gone with the next request', async () => {
    const { browser } = await inBrowser('otto');
    const in1 = { 'evergrant-workspace': 'wsp_1' };
    const ask = () =>
      fetch(`${fixture.origin}/admin/api/connections`, {
        headers: { cookie: `${cookieName}=${secretIn(browser)}`, ...in1 },
      });
    expect((await ask()).status).toBe(200);
    await fixture.database.query(
      `DELETE FROM member WHERE workspace_id = 'wsp_1' AND person_id IN (SELECT id FROM person WHERE name LIKE 'otto %')`,
    );
    expect((await ask()).status).toBe(404);
  });
});

describe('a workspace', () => {
  it('is switched to for good, or named for one request; of others nothing is told', async () => {
    const { browser } = await inBrowser('otto');
    const switched = await fixture.change(browser, 'PUT', 'session/workspace', {
      body: { workspace: 'wsp_2' },
    });
    expect(await switched.json()).toMatchObject({ workspace: { id: 'wsp_2', role: 'admin' } });
    expect((await fixture.session(browser)).body.workspace).toMatchObject({ id: 'wsp_2' });
    const { browser: ada } = await inBrowser('ada');
    for (const workspace of ['wsp_2', 'wsp_none']) {
      const refused = await fixture.change(ada, 'PUT', 'session/workspace', { body: { workspace } });
      expect(refused.status).toBe(404);
      const named = await fetch(`${fixture.origin}/admin/api/connections`, {
        headers: { cookie: `${cookieName}=${secretIn(ada)}`, 'evergrant-workspace': workspace },
      });
      expect([named.status, ((await named.json()) as { type: string }).type]).toEqual([
        404,
        '/problems/workspace-not-found',
      ]);
    }
  });
});

describe('a new session', () => {
  it.each([
    ['idled out', `UPDATE session SET last_seen_at = now() - interval '1 year' WHERE id = $1`],
    ['was ended', `UPDATE session SET ended_at = now(), end_reason = 'signed_out' WHERE id = $1`],
  ])('begins in the workspace where the one that %s was', async (_, end) => {
    const { browser } = await inBrowser('otto');
    const { id, workspace } = (await fixture.session(browser)).body;
    const other = workspace?.id === 'wsp_1' ? 'wsp_2' : 'wsp_1';
    await fixture.change(browser, 'PUT', 'session/workspace', { body: { workspace: other } });
    await fixture.database.query(end, [id]);
    for (const at of [browser, new ScriptedBrowser()]) {
      await fixture.signIn(at, 'otto');
      expect((await fixture.session(at)).body.workspace).toMatchObject({ id: other });
    }
  });
});

describe('signing in', () => {
  it('with several issuers begins with a choice, and an unknown one is refused', async () => {
    const app = await fixture.replica({}, [fixture.issuer({ id: 'other', name: 'Another company' })]);
    const page = await app.inject({ url: '/admin/sign-in?return_to=/x&max_age=60' });
    const unknown = await app.inject({ url: '/admin/sign-in/nobody' });
    await app.close();
    expect(page.body).toContain('Continue with The company');
    expect(page.body).toContain('/admin/sign-in/other?return_to=%2Fx&amp;max_age=60');
    expect(unknown.statusCode).toBe(404);
  });

  it('at an identity provider that does not answer says so', async () => {
    const app = await fixture.replica({}, [fixture.issuer({ id: 'gone', issuer: 'http://127.0.0.1:9' })]);
    const page = await app.inject({ url: '/admin/sign-in/gone' });
    await app.close();
    expect([page.statusCode, page.body.includes('did not answer')]).toEqual([502, true]);
  });

  it('is throttled: an address with too many refused attempts waits', async () => {
    const app = await fixture.replica({ RATE_LIMIT_DENIED_PER_ADDRESS: '5' });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++)
      statuses.push(
        (await app.inject({ url: '/admin/sign-in/company/callback?state=x', remoteAddress: '192.0.2.7' }))
          .statusCode,
      );
    const elsewhere = await app.inject({
      url: '/admin/sign-in/company/callback?state=x',
      remoteAddress: '192.0.2.8',
    });
    await app.close();
    expect(statuses.slice(0, 5)).toEqual([400, 400, 400, 400, 400]);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect(elsewhere.statusCode).toBe(400);
  });

  it('needs a file of issuers without faults, each of which is named', async () => {
    const wrong = fixture.issuer({ id: 'Not An Id', client_secret: undefined, roles: [{ claim: 'x' }] });
    await expect(fixture.replica({}, [wrong])).rejects.toThrow(/issuers\.1\.id.*issuers\.1\.roles\.0\.role/s);
  });
});
