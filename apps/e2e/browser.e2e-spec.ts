import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ApiClient, chromiumTest, findChromium, startSystem, type RunningSystem } from '#testing';
import { createSession } from './steps/connect.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';

let system: RunningSystem | undefined;
let platform: Server;
let browser: Browser | undefined;
let api: ApiClient;
let integration: SandboxIntegration;

/** What the platform's own page was asked for. */
const arrivals: string[] = [];

beforeAll(async () => {
  if (!findChromium()) return;
  platform = createServer((request, response) => {
    arrivals.push(request.url ?? '');
    response.setHeader('content-type', 'text/html').end('<title>Platform</title><h1>Welcome back</h1>');
  });
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  const returnUrl = `http://localhost:${(platform.address() as AddressInfo).port}/connected`;
  system = await startSystem();
  const { public_url, api_key, sandbox_url } = system.bootstrap;
  api = new ApiClient(public_url, api_key);
  integration = await createSandboxIntegration(api, new ApiClient(sandbox_url), { returnUrl });
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.close();
  await system?.stop();
}, 60_000);

/** A page that reports what its browser refused to do. */
async function openPage(width: number): Promise<{ page: Page; refused: string[] }> {
  const page = await browser!.newPage({ viewport: { width, height: 800 } });
  const refused: string[] = [];
  page.on('console', (message) => {
    // A favicon that nobody made is no fault of the page.
    if (message.type() === 'error' && !/favicon/.test(message.location().url)) refused.push(message.text());
  });
  return { page, refused };
}

async function logIn(page: Page): Promise<void> {
  const { login, password } = system!.bootstrap.sandbox_user;
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.getByRole('button', { name: /log in/i }).click();
}

const decide = (page: Page, decision: 'allow' | 'deny') =>
  page.locator(`button[name=decision][value=${decision}]`).click();

describe('a person in a real browser', () => {
  chromiumTest(
    'connects an account, is sent back to the platform, and its token works',
    async () => {
      const session = await createSession(api, integration);
      const { page, refused } = await openPage(1_280);
      await page.goto(session.url);
      expect(await page.textContent('body')).toContain('Ada Lovelace');
      await page.getByRole('link', { name: /continue/i }).click();
      await logIn(page);
      await decide(page, 'allow');
      await page.waitForURL(`${integration.returnUrl}**`);
      const back = new URL(page.url());
      expect(back.searchParams.get('connect_session')).toBe(session.id);
      expect(arrivals.length).toBeGreaterThan(0);
      const confirmed = await api.post<{ connection: string }>(`/v1/connect-sessions/${session.id}/confirm`, {
        code: back.searchParams.get('code'),
        end_user: 'user-1',
      });
      const { body } = await api.get<{ access_token: string }>(
        `/v1/connections/${confirmed.body.connection}/token`,
      );
      const profile = await new ApiClient(system!.bootstrap.sandbox_url, body.access_token).get(
        '/api/profile',
      );
      expect(profile).toMatchObject({ status: 200, body: { login: system!.bootstrap.sandbox_user.login } });
      expect(refused).toEqual([]);
    },
    60_000,
  );

  chromiumTest(
    'who denies on a phone reads what happened, without a line running out of the page',
    async () => {
      const session = await createSession(api, integration, { return_url: undefined });
      const { page, refused } = await openPage(360);
      await page.goto(session.url);
      const fits = () =>
        page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
      expect(await fits()).toBe(true);
      await page.getByRole('link', { name: /continue/i }).click();
      await logIn(page);
      await decide(page, 'deny');
      await page.waitForURL(`${new URL(session.url).origin}/**`);
      expect(await page.getByRole('heading').first().textContent()).toBeTruthy();
      expect(await fits()).toBe(true);
      expect(refused.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
    },
    60_000,
  );
});
