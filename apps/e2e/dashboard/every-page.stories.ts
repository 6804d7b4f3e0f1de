import { chromiumTest } from '#testing';
import { axeViolations, colours, fitsInWidth } from './accessibility.js';
import type { OpenDashboard } from './open-dashboard.js';

/** All addresses of the dashboard, by what they are of. */
async function pathsOf(dashboard: OpenDashboard): Promise<string[]> {
  const { connections, integration } = dashboard.connectionsOf('steady');
  const first = async (path: string) =>
    (await dashboard.ask<{ data: { id: string }[] }>('admin', 'GET', path)).body.data[0]!.id;
  const [entry, job, approval] = [
    await first('audit'),
    await first('v1/revocations'),
    await first('approvals'),
  ];
  const lists = [
    'connections',
    'integrations',
    'connect-links',
    'kill-switch',
    'signals',
    'audit',
    'api-keys',
  ];
  const more = ['jobs', 'members', 'approvals', 'settings', 'leaked-token', 'start', 'integrations/new'];
  return [
    '/',
    ...[...lists, ...more].map((path) => `/${path}`),
    `/connections/${connections[0]!.id}`,
    `/integrations/${integration}`,
    `/kill-switch/new`,
    `/kill-switch/new?step=preview&integration=${integration}`,
    `/kill-switch/new?step=confirm&integration=${integration}`,
    `/kill-switch/${job}`,
    `/approvals/${approval}`,
    `/audit/${entry}`,
    '/connections?q=nobody-at-all',
    '/no/such/page',
  ];
}

/** What holds on all pages. */
export function everyPageStories(dashboard: () => OpenDashboard): void {
  chromiumTest(
    'has no violation of WCAG 2.2 AA, light and dark, and fits 360 px, everywhere',
    async () => {
      const paths = await pathsOf(dashboard());
      const faults: string[] = [];
      const visitor = async (): Promise<void> => {
        const watched = await dashboard().visit('/', 'admin');
        const { page } = watched;
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          await page.goto(dashboard().origin + path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await watched.settled();
          for (const one of await axeViolations(page)) faults.push(`${path} ${one}`);
          await page.emulateMedia({ colorScheme: 'dark' });
          // Colours that fade are between two for a moment.
          await page.waitForTimeout(200);
          for (const one of await axeViolations(page, colours)) faults.push(`${path} in the dark: ${one}`);
          await page.emulateMedia({ colorScheme: 'light' });
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
}
