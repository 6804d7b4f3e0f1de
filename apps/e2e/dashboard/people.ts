import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ApiClient, type RunningSystem } from '#testing';

/** Whoever works with the dashboard of a story. */
export type PersonName = 'admin' | 'deputy' | 'viewer';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

interface Session {
  csrf_token: string;
  person: { id: string };
}

type Cookies = Awaited<ReturnType<BrowserContext['storageState']>>;

const password = 'correct horse battery';

/** The people of one system: each signs in once at the sandbox, and keeps the cookies. */
export class People {
  private readonly cookies = new Map<PersonName, Cookies>();

  constructor(
    private readonly system: RunningSystem,
    private readonly browser: Browser,
  ) {}

  /** The admin of bootstrap.json, a second admin, and one who may only look. */
  async arrive(): Promise<void> {
    const context = await this.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${this.origin}/admin/sign-in?return_to=/problems`);
    await this.logIn(page, 'admin');
    await page.waitForURL(`${this.origin}/problems`);
    await this.keep('admin', context);
    await this.join(context, 'deputy', 'operator');
    await this.join(context, 'viewer', 'viewer');
    const { id } = (await sessionOf(await this.contextOf('deputy'), this.origin)).person;
    // With one admin there is nobody to ask.
    const raised = await ask(context, this.origin, 'PATCH', `members/${id}`, { role: 'admin' });
    if (raised.status !== 200) throw new Error(JSON.stringify(raised));
    await context.close();
  }

  /** A browser of theirs, with their session in it; without a name, of nobody. */
  async contextOf(
    name?: PersonName,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<BrowserContext> {
    const storageState = name && this.cookies.get(name);
    return this.browser.newContext({
      ...{
        viewport: { width: 1440, height: 900 },
        timezoneId: 'UTC',
        locale: 'en-US',
        reducedMotion: 'reduce',
      },
      ...(storageState && { storageState }),
      ...options,
    });
  }

  /** Fills in the sandbox's forms, as far as it asks. */
  async logIn(page: Page, name: PersonName): Promise<void> {
    const { admin } = this.system.bootstrap;
    await page.fill('input[name=login]', name === 'admin' ? admin.email : name);
    await page.fill('input[name=password]', name === 'admin' ? admin.password : password);
    await page.getByRole('button', { name: /log in/i }).click();
    const allow = page.locator('button[name=decision][value=allow]');
    if (await allow.isVisible()) await allow.click();
  }

  private get origin(): string {
    return this.system.bootstrap.public_url;
  }

  private async join(by: BrowserContext, name: PersonName, role: string): Promise<void> {
    const email = `${name}@company.example`;
    await new ApiClient(this.system.bootstrap.sandbox_admin_url).put(`/users/${name}`, {
      password,
      email,
      name,
    });
    const invited = await ask<{ url: string }>(by, this.origin, 'POST', 'invitations', { email, role });
    const context = await this.browser.newContext();
    const page = await context.newPage();
    await page.goto(invited.body.url);
    await page.getByRole('link', { name: /sign in/i }).click();
    await this.logIn(page, name);
    await page.waitForURL(invited.body.url);
    await page.getByRole('button', { name: /join as/i }).click();
    await page.waitForURL(`${this.origin}/`);
    await this.keep(name, context);
    await context.close();
  }

  private async keep(name: PersonName, context: BrowserContext): Promise<void> {
    this.cookies.set(name, await context.storageState());
  }
}

/** A request as a page of ours would send it, with the browser's cookies. */
export async function ask<T = Record<string, unknown>>(
  { request }: BrowserContext,
  origin: string,
  method: string,
  path: string,
  body?: object,
  more: Record<string, string> = {},
): Promise<Answer<T>> {
  const { csrf_token: token } = await sessionOf({ request }, origin);
  const answer = await request.fetch(`${origin}/admin/api/${path}`, {
    method,
    headers: { origin, 'x-csrf-token': token, ...more },
    ...(body && { data: body }),
  });
  const text = await answer.text();
  return { status: answer.status(), body: (text ? JSON.parse(text) : {}) as T };
}

async function sessionOf({ request }: Pick<BrowserContext, 'request'>, origin: string): Promise<Session> {
  return (await (await request.get(`${origin}/admin/api/session`)).json()) as Session;
}
