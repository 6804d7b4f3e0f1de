import { ScriptedBrowser, type ApiClient, type VisitedPage } from '#testing';
import type { SandboxIntegration } from './sandbox-integration.js';

export interface User {
  login: string;
  password: string;
}

export interface ConnectSession {
  id: string;
  url: string;
  expires_at: string;
}

/** Logs in where the sandbox asks, and answers its consent page. */
export async function consent(
  browser: ScriptedBrowser,
  arrived: VisitedPage,
  user: User,
  decision: 'allow' | 'deny' = 'allow',
): Promise<VisitedPage> {
  let page = arrived;
  if (/name="login"/.test(page.html)) page = await browser.submit(page, { ...user });
  if (/name="decision"/.test(page.html)) page = await browser.submit(page, { decision });
  return page;
}

export async function createSession(
  api: ApiClient,
  integration: SandboxIntegration,
  more: Record<string, unknown> = {},
): Promise<ConnectSession> {
  const session = await api.post<ConnectSession>('/v1/connect-sessions', {
    integration: integration.id,
    end_user: { id: 'user-1', display_name: 'Ada Lovelace' },
    return_url: integration.returnUrl,
    ...more,
  });
  expect(session).toMatchObject({ status: 201 });
  return session.body;
}

/** From the connect link to the return URL or to a page of ours, as a person goes. */
export async function visit(
  session: ConnectSession,
  integration: SandboxIntegration,
  user: User,
  decision: 'allow' | 'deny' = 'allow',
): Promise<VisitedPage> {
  const browser = new ScriptedBrowser([new URL(integration.returnUrl).origin]);
  const page = await browser.open(session.url);
  return consent(browser, await browser.follow(page, /\/start$/), user, decision);
}

/** The whole way: session, browser, confirmation. Answers the connection's id. */
export async function connect(
  api: ApiClient,
  integration: SandboxIntegration,
  user: User,
  endUser = { id: 'user-1', display_name: 'Ada Lovelace' },
): Promise<string> {
  const session = await createSession(api, integration, { end_user: endUser });
  const { leftFor } = await visit(session, integration, user);
  const code = leftFor?.searchParams.get('code');
  const confirmed = await api.post<{ connection: string }>(`/v1/connect-sessions/${session.id}/confirm`, {
    code,
    end_user: endUser.id,
  });
  expect(confirmed).toMatchObject({ status: 200 });
  return confirmed.body.connection;
}

/** A consent for a connection that exists, given by its user and not yet back here: answers what brings it back. */
export async function reconnecting(
  api: ApiClient,
  integration: SandboxIntegration,
  user: User,
  wish: { connection: string; end_user: object },
): Promise<() => Promise<VisitedPage>> {
  const session = await createSession(api, integration, { ...wish, return_url: undefined });
  const browser = new ScriptedBrowser();
  const page = await browser.open(session.url);
  const stopping = browser.stoppingAt(new URL(session.url).origin);
  const { leftFor, url, html } = await consent(stopping, await stopping.follow(page, /\/start$/), user);
  if (!leftFor) throw new Error(`nobody was sent back from ${url.href}:\n${html}`);
  return () => browser.open(leftFor);
}
