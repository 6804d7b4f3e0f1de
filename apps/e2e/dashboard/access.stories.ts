import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** Words that stand on what changes something for good, or for many. */
const dangerous =
  /\b(revoke|freeze|delete|erase|pause|give up|rotate|remove|invite|stop|new integration|approve|make|create|refresh|end)\b/i;

/** What a role may not do is neither offered nor done. */
export function accessStories(dashboard: () => OpenDashboard): void {
  chromiumTest('offers nothing to a viewer that they may not do', async () => {
    const { id } = dashboard().connectionsOf('steady').connections[0]!;
    const { integration } = dashboard().connectionsOf('steady');
    const watched = await dashboard().visit('/', 'viewer');
    const { page } = watched;
    const paths = [
      '/',
      '/connections',
      `/connections/${id}`,
      '/integrations',
      `/integrations/${integration}`,
    ];
    paths.push('/kill-switch', '/members', '/connect-links', '/jobs', '/audit');
    for (const path of paths) {
      await page.goto(dashboard().origin + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await watched.settled();
      const main = page.getByRole('main');
      const offered = [
        ...(await main.getByRole('button').allInnerTexts()),
        ...(await main.getByRole('menuitem').allInnerTexts()),
      ];
      expect([path, offered.filter((text) => dangerous.test(text))]).toEqual([path, []]);
    }
    const navigation = page.getByRole('navigation', { name: 'Main' });
    expect(await navigation.getByRole('link', { name: 'Connections' }).count()).toBe(1);
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
    const tries: [string, string, object?][] = [
      ['POST', `connections/${id}/revoke`, { reason: 'mine' }],
      ['POST', `connections/${id}/pause`],
      ['POST', 'v1/revocations', { selector: { integration }, reason: 'all', expected_count: 1 }],
      ['POST', 'v1/freezes', { selector: { integration }, reason: 'all' }],
      ['POST', 'v1/api-keys', { name: 'mine', scopes: ['admin'] }],
      ['POST', 'v1/connect-sessions', { integration, end_user: { id: 'me' } }],
      ['PATCH', `v1/integrations/${integration}`, { name: 'mine' }],
      ['POST', 'invitations', { email: 'a@b.example', role: 'admin' }],
      ['POST', 'v1/token-lookups', { tokens: ['x'.repeat(40)] }],
    ];
    for (const [method, path, body] of tries)
      expect([path, (await dashboard().ask('viewer', method, path, body)).status]).toEqual([path, 403]);
  });
}
