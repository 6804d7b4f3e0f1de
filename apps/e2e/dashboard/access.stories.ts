import type { Page } from 'playwright-core';
import { chromiumTest } from '#testing';
import type { OneOfEach } from './one-of-each.js';
import type { OpenDashboard } from './open-dashboard.js';
import type { PersonName } from './people.js';

/** How the names begin of what changes something for good, or for many. */
const dangerous =
  /^(revoke|freeze|unfreeze|pause|resume|refresh|try|retry|release|give up|erase|delete|discard|remove|rotate|replace|change|new|make|add|create|set up|continue|invite|withdraw|stop|cancel|save changes|suspend|approve|reject|end incident|test|let|look up|count)\b/i;
/** Of what is shown alone: live events stand still, a filter is offered. */
const harmless = new Set(['/ Pause', '/connections Add filter']);

/** Every page, and how the name begins of what an admin finds there that is not for everybody. */
const pagesOf = (one: OneOfEach): [path: string, forAdmins: string][] => [
  ['/', 'Approvals waiting'],
  ['/start', 'Copy: Read a live access token'],
  ['/connections', 'New connect link'],
  [`/connections/${one.connection}`, 'Revoke…'],
  ['/integrations', 'New integration'],
  ['/integrations?tab=providers', 'Set up Google'],
  ['/integrations/new', 'Continue'],
  [`/integrations/${one.integration}`, 'Delete integration'],
  ['/connect-links', 'Make a connect link'],
  ['/kill-switch', 'Stop connections'],
  ['/kill-switch?tab=freezes', 'Stop connections'],
  ['/kill-switch/new', 'Count what it hits'],
  [`/kill-switch/${one.revocation}`, 'Approve'],
  [`/kill-switch/${one.freeze}`, 'Unfreeze 1 connection'],
  ['/leaked-token', 'Look up'],
  ['/signals', 'Add stream'],
  [`/signals/${one.stream}`, 'Delete stream'],
  ['/audit', 'Denied accesses'],
  [`/audit/${one.entry}`, 'All entries about it'],
  ['/api-keys', 'Create API key'],
  ['/jobs', 'Release: user-of-'],
  ['/jobs?tab=incidents', 'End incident: GitHub'],
  ['/jobs?tab=engine', 'Give up worker wrk_gone'],
  ['/members', 'Invite somebody'],
  ['/members?tab=invitations', 'Withdraw the invitation of'],
  ['/approvals', 'Revoke 3 connections'],
  [`/approvals/${one.approval}`, 'Approve'],
  ['/settings', 'Suspend workspace'],
];

/** What a role may not do is neither offered nor done. */
export function accessStories(dashboard: () => OpenDashboard): void {
  chromiumTest('offers nothing to a viewer that they may not do, on any page', async () => {
    const pages = pagesOf(dashboard().one);
    const paths = pages.map(([path]) => path);
    const [admin, viewer] = await Promise.all([
      offeredTo('admin', dashboard(), paths),
      offeredTo('viewer', dashboard(), paths),
    ]);
    for (const [path, forAdmins] of pages) {
      // Were it not there for them, nobody would miss it.
      expect([path, admin.get(path)]).toEqual([
        path,
        expect.arrayContaining([expect.stringContaining(forAdmins)]),
      ]);
      const wrong = viewer.get(path)!.filter((name) => dangerous.test(name) || name.startsWith(forAdmins));
      expect([path, wrong.filter((name) => !harmless.has(`${path} ${name}`))]).toEqual([path, []]);
    }
  });

  chromiumTest('shows a viewer only the places that are theirs', async () => {
    const { page } = await dashboard().visit('/connections', 'viewer');
    const navigation = page.getByRole('navigation', { name: 'Main' });
    await navigation.getByRole('link', { name: 'Connections' }).waitFor();
    expect(await navigation.getByText('Prove', { exact: true }).count()).toBe(0);
    expect(await navigation.getByRole('link', { name: /API keys|Leaked token|Signals/ }).count()).toBe(0);
  });

  chromiumTest('says on a page that is not theirs which permission is missing', async () => {
    const { page } = await dashboard().visit('/api-keys', 'viewer');
    await page.getByText('You may not see this here').waitFor();
    await page.getByText(/keys:write/).waitFor();
  });

  chromiumTest('is refused by the API all the same', async () => {
    const { connections, integration } = dashboard().connectionsOf('steady');
    const { id } = connections[0]!;
    const { revocation, freeze, approval, stream } = dashboard().one;
    const { workspace } = dashboard().system.bootstrap;
    const tries: [string, string, object?][] = [
      ['POST', `connections/${id}/revoke`, { reason: 'mine' }],
      ['POST', `connections/${id}/pause`],
      ['POST', `connections/${id}/resume`],
      ['POST', `connections/${id}/retry`],
      ['POST', `connections/${id}/give-up`],
      ['POST', `v1/connections/${id}/refresh`],
      ['PATCH', `v1/connections/${id}`, { tags: {} }],
      ['DELETE', `v1/connections/${id}`],
      ['POST', 'v1/revocations', { selector: { integration }, reason: 'all', expected_count: 1 }],
      ['POST', `v1/revocations/${revocation}/cancel`],
      ['POST', `approvals/${approval}/approve`, { content_hash: 'x' }],
      ['POST', 'v1/freezes', { selector: { integration }, reason: 'all' }],
      ['DELETE', `v1/freezes/${freeze}`],
      ['POST', 'v1/api-keys', { name: 'mine', scopes: ['admin'] }],
      ['POST', 'v1/connect-sessions', { integration, end_user: { id: 'me' } }],
      ['POST', 'v1/integrations', { provider: 'github' }],
      ['PATCH', `v1/integrations/${integration}`, { name: 'mine' }],
      ['DELETE', `v1/integrations/${integration}`],
      ['DELETE', `v1/security-event-streams/${stream}`],
      ['DELETE', 'v1/end-users/somebody'],
      ['PATCH', `v1/workspaces/${workspace}`, { state: 'suspended' }],
      ['POST', 'invitations', { email: 'a@b.example', role: 'admin' }],
      ['POST', 'provider-incidents/inc_1/end'],
      ['POST', 'refresh-workers/wrk_gone/give-up'],
      ['POST', 'v1/token-lookups', { tokens: ['x'.repeat(40)] }],
    ];
    for (const [method, path, body] of tries)
      expect([path, (await dashboard().ask('viewer', method, path, body)).status]).toEqual([path, 403]);
  });
}

/** What each page offers to this person, by its accessible name. */
async function offeredTo(
  name: PersonName,
  dashboard: OpenDashboard,
  paths: readonly string[],
): Promise<Map<string, string[]>> {
  const watched = await dashboard.visit('/', name);
  await watched.settled();
  const offered = new Map<string, string[]>();
  for (const path of paths) {
    await watched.goWithin(path);
    offered.set(path, await offeredOn(watched.page));
  }
  return offered;
}

/** Links, buttons and tabs of the page, and what is in its menus but in that of a table's columns. */
async function offeredOn(page: Page): Promise<string[]> {
  const main = page.getByRole('main');
  const names = namesIn(await main.ariaSnapshot());
  const menus = main.locator('button[aria-haspopup=menu]:not([aria-label=Columns]):visible');
  for (const target of await menus.all()) {
    await target.click();
    const menu = page.getByRole('menu');
    await menu.waitFor();
    names.push(...namesIn(await menu.ariaSnapshot()));
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
  }
  return names;
}

const namesIn = (snapshot: string): string[] =>
  [...snapshot.matchAll(/\b(?:link|button|tab|menuitem\w*) "((?:[^"\\]|\\.)*)"/g)].map(([, name]) => name!);
