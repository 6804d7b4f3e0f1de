import type { Page } from 'playwright-core';
import { chromiumTest } from '#testing';
import { fitsInWidth, violations, violationsInBoth } from './accessibility.js';
import type { OneOfEach } from './one-of-each.js';
import type { OpenDashboard } from './open-dashboard.js';

/** All addresses of the dashboard, and each tab of them; `done`: a revocation that is over. */
const pathsOf = (one: OneOfEach, done: string): string[] => [
  '/',
  '/start',
  '/connections',
  '/connections?q=nobody-at-all',
  ...tabs(`/connections/${one.connection}`, 'generations', 'reads'),
  ...tabs('/integrations', 'providers'),
  '/integrations/new',
  `/integrations/${one.integration}`,
  '/connect-links',
  ...tabs('/kill-switch', 'freezes'),
  '/kill-switch/new',
  `/kill-switch/new?step=preview&integration=${one.integration}`,
  `/kill-switch/new?step=confirm&integration=${one.integration}`,
  `/kill-switch/${one.revocation}`,
  `/kill-switch/${done}`,
  `/kill-switch/${one.freeze}`,
  '/leaked-token',
  ...tabs('/signals', 'received', 'subscribers', 'policies'),
  `/signals/${one.stream}`,
  ...tabs('/audit', 'denied'),
  `/audit/${one.entry}`,
  ...tabs('/api-keys', 'workloads'),
  ...tabs('/jobs', 'incidents', 'engine'),
  ...tabs('/members', 'invitations', 'roles'),
  ...tabs('/approvals', 'all'),
  `/approvals/${one.approval}`,
  '/settings',
  '/no/such/page',
];

const tabs = (path: string, ...names: string[]): string[] => [
  path,
  ...names.map((name) => `${path}?tab=${name}`),
];

/** What stands over a page, or instead of it: at which width, and how it comes to be. */
const states: [what: string, width: number, path: string, act: (page: Page) => Promise<unknown>][] = [
  ['the palette', 1440, '/', (page) => page.keyboard.press('Control+k')],
  ['the palette with what it found', 1440, '/', find],
  ['the help', 1440, '/', (page) => page.keyboard.press('?')],
  ['the drawer', 390, '/', (page) => page.getByRole('button', { name: 'Open navigation' }).click()],
  ['the filters', 390, '/connections', (page) => page.getByRole('button', { name: 'Filters' }).click()],
  ['an error', 1440, '/connections', failList],
];

/** What holds on all pages. */
export function everyPageStories(dashboard: () => OpenDashboard): void {
  chromiumTest(
    'has no violation of WCAG 2.2 AA, light and dark, and fits 360 px, everywhere',
    async () => {
      const paths = pathsOf(dashboard().one, await revokedBefore(dashboard()));
      const faults: string[] = [];
      const visitor = async (): Promise<void> => {
        // Streams of pages that were just closed count until the server hears of it; the page asks again later.
        const watched = (await dashboard().visit('/', 'admin')).allow(/status of 429 .*events/);
        const { page } = watched;
        await watched.settled();
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          await watched.goWithin(path);
          // A tab or a step has the colours of its page.
          faults.push(...(await (path.includes('?') ? violations : violationsInBoth)(page, path)));
          await page.setViewportSize({ width: 360, height: 800 });
          if (!(await fitsInWidth(page))) faults.push(`${path} scrolls sideways at 360 px`);
          await page.setViewportSize({ width: 1440, height: 900 });
        }
      };
      await Promise.all([visitor(), visitor()]);
      expect(faults).toEqual([]);
    },
    180_000,
  );

  chromiumTest('has none over a page, where a page failed, and where it is not shown', async () => {
    const faults: string[] = [];
    const watched = (await dashboard().visit('/', 'admin')).allow(/status of 500/);
    const { page } = watched;
    for (const [what, width, path, act] of states) {
      await page.setViewportSize({ width, height: 900 });
      // What was opened before is not to be closed one by one.
      await page.goto(dashboard().origin + path);
      await watched.settled();
      await act(page);
      await watched.settled();
      faults.push(...(await (what.startsWith('the palette') ? violationsInBoth : violations)(page, what)));
    }
    const forbidden = await dashboard().visit('/signals', 'viewer');
    await forbidden.page.getByText('You may not see this here').waitFor();
    faults.push(...(await violations(forbidden.page, 'what is forbidden')));
    expect(faults).toEqual([]);
  });
}

/** Of many, by the story of the kill switch; without it, what waits. */
async function revokedBefore({ api, one }: OpenDashboard): Promise<string> {
  const path = '/v1/revocations?of=selection&open=false';
  const { body } = await api.get<{ data: { id: string }[] }>(path);
  return body.data[0]?.id ?? one.revocation;
}

async function find(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).getByRole('combobox').fill('user-of');
  await page
    .getByRole('option', { name: /user-of/ })
    .first()
    .waitFor();
}

async function failList(page: Page): Promise<void> {
  const problem = {
    type: '/problems/internal-error',
    title: 'Something went wrong on our side',
    status: 500,
  };
  await page.route(/api\/connections\?/, (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await page.getByRole('searchbox').first().fill('whoever');
  await page.getByRole('alert').getByText('This part could not be loaded').waitFor();
}
