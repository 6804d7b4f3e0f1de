import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ApiClient, chromiumTest, findChromium, startSystem, type RunningSystem } from '#testing';

interface Session {
  id: string;
  csrf_token: string;
  person: { id: string };
  workspace: { id: string; role: string };
}
interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

const password = 'correct horse battery';
let system: RunningSystem | undefined;
let browser: Browser | undefined;
let elsewhere: Server;
let origin: string;

beforeAll(async () => {
  if (!findChromium()) return;
  elsewhere = createServer((request, response) => {
    const target = new URL(request.url ?? '/', 'http://evil.example').searchParams.get('to') ?? '';
    response.setHeader('content-type', 'text/html').end(`<form method="post" action="${target}"></form>
      <script>document.forms[0].submit()</script>`);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  system = await startSystem({ replicas: 'admin=2' });
  origin = system.bootstrap.public_url;
  const control = new ApiClient(system.bootstrap.sandbox_admin_url);
  for (const login of ['grace', 'hedy'])
    await control.put(`/users/${login}`, { password, email: `${login}@company.example`, name: login });
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
  await system?.stop();
}, 60_000);

/** A person's browser, signed in, on a page of ours. */
async function signedIn(login: string, secret: string, returnTo = '/problems'): Promise<Page> {
  const page = await (await browser!.newContext()).newPage();
  await signIn(page, login, secret, `/admin/sign-in?return_to=${encodeURIComponent(returnTo)}`);
  await page.waitForURL(`${origin}${returnTo}`);
  return page;
}

async function signIn(page: Page, login: string, secret: string, start: string): Promise<void> {
  await page.goto(`${origin}${start}`);
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', secret);
  await page.getByRole('button', { name: /log in/i }).click();
  const allow = page.locator('button[name=decision][value=allow]');
  if (await allow.isVisible()) await allow.click();
}

/** A request as a page of ours would send it, with the browser's cookies. */
async function ask<T = Record<string, unknown>>(
  page: Page,
  method: string,
  path: string,
  body?: object,
): Promise<Answer<T>> {
  const { request } = page.context();
  const session = await (await request.get(`${origin}/admin/api/session`)).json();
  const { csrf_token: token = 'none' } = session as Partial<Session>;
  const answer = await request.fetch(`${origin}/admin/api/${path}`, {
    method,
    headers: { origin, 'x-csrf-token': token },
    ...(body && { data: body }),
  });
  const text = await answer.text();
  return { status: answer.status(), body: (text ? JSON.parse(text) : {}) as T };
}

const admin = () => system!.bootstrap.admin;
const asAdmin = () => signedIn(admin().email, admin().password);

/** Invites somebody, who accepts in a browser of their own. */
async function join(by: Page, login: string, role: string): Promise<Page> {
  const invited = await ask<{ url: string }>(by, 'POST', 'invitations', {
    email: `${login}@company.example`,
    role,
  });
  expect(invited.status).toBe(201);
  const context: BrowserContext = await browser!.newContext();
  const page = await context.newPage();
  await page.goto(invited.body.url);
  expect(await page.textContent('body')).toContain(role);
  await page.getByRole('link', { name: /sign in/i }).click();
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.getByRole('button', { name: /log in/i }).click();
  await page.locator('button[name=decision][value=allow]').click();
  await page.waitForURL(invited.body.url);
  await page.getByRole('button', { name: /join as/i }).click();
  await page.waitForURL(`${origin}/`);
  return page;
}

describe('the admin of bootstrap.json', () => {
  chromiumTest(
    'signs in at the sandbox, and is named by the service that owns what they change',
    async () => {
      const page = await asAdmin();
      const { body: session } = await ask<Session>(page, 'GET', 'session');
      expect(session.workspace).toMatchObject({ id: system!.bootstrap.workspace, role: 'admin' });
      const made = await ask<{ id: string }>(page, 'POST', 'v1/connect-sessions', {
        integration: system!.bootstrap.integration,
        end_user: { id: 'u1' },
      });
      expect(made.status).toBe(201);
      const log = await ask<{ data: object[] }>(page, 'GET', `audit?subject=${made.body.id}`);
      expect(log.body.data).toMatchObject([
        {
          action: 'connect_session.created',
          actor: { type: 'user', id: session.person.id, name: 'Admin', via: 'admin' },
        },
      ]);
      expect((await ask(page, 'GET', 'v1/connections/con_x/token')).status).toBe(403);
    },
    60_000,
  );

  chromiumTest(
    'is not acted for by a page of another site, however the browser is asked',
    async () => {
      const page = await asAdmin();
      const { port } = elsewhere.address() as AddressInfo;
      const target = `${origin}/admin/api/sessions/end-others`;
      await page.goto(`http://127.0.0.1:${port}/?to=${encodeURIComponent(target)}`);
      await page.waitForURL(target);
      expect(await page.textContent('body')).toMatch(/not-signed-in|csrf-refused|unsupported-media-type/);
      await page.goto(`${origin}/problems`);
      expect((await ask(page, 'GET', 'session')).status).toBe(200);
    },
    60_000,
  );

  chromiumTest(
    'signs out here and at the identity provider, and the cookie is worth nothing afterwards',
    async () => {
      const page = await asAdmin();
      const cookies = await page.context().cookies(origin);
      const { body } = await ask<{ redirect: string }>(page, 'POST', 'session/sign-out');
      await page.goto(body.redirect);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.waitForURL(`${origin}/admin/signed-out`);
      await page.context().addCookies(cookies);
      await page.goto(`${origin}/problems`);
      expect((await ask(page, 'GET', 'session')).status).toBe(401);
      await page.goto(`${origin}/admin/sign-in`);
      expect(await page.locator('input[name=password]').isVisible()).toBe(true);
    },
    60_000,
  );
});

describe('a second person', () => {
  chromiumTest(
    'joins by invitation, and becomes an admin only when another admin agrees to exactly that',
    async () => {
      const first = await asAdmin();
      const grace = await join(first, 'grace', 'operator');
      const { body: session } = await ask<Session>(grace, 'GET', 'session');
      expect(session.workspace.role).toBe('operator');
      // With one admin there is nobody to ask; from the second on there is.
      expect((await ask(first, 'PATCH', `members/${session.person.id}`, { role: 'admin' })).status).toBe(200);
      const hedy = await join(first, 'hedy', 'viewer');
      const { body: other } = await ask<Session>(hedy, 'GET', 'session');
      const asked = await ask<{ id: string; content_hash: string }>(
        first,
        'PATCH',
        `members/${other.person.id}`,
        { role: 'admin', reason: 'on call' },
      );
      expect(asked.status).toBe(202);
      const { id, content_hash: hash } = asked.body;
      const approve = (who: Page, contentHash: string) =>
        ask<{ type?: string }>(who, 'POST', `approvals/${id}/approve`, { content_hash: contentHash });
      expect((await approve(first, hash)).body.type).toBe('/problems/approval-own');
      expect((await approve(grace, `${hash}x`)).body.type).toBe('/problems/approval-content-mismatch');
      expect((await ask<Session>(hedy, 'GET', 'session')).body.workspace.role).toBe('viewer');
      expect((await approve(grace, hash)).status).toBe(200);
      expect((await ask<Session>(hedy, 'GET', 'session')).body.workspace.role).toBe('admin');
    },
    120_000,
  );
});
