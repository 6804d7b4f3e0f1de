import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** What is seen while nothing answers. */
export function outageStories(dashboard: () => OpenDashboard): void {
  chromiumTest('says that nothing answers, keeps what is there, and recovers by itself', async () => {
    const watched = await dashboard().visit('/connections', 'admin');
    const { page, context } = watched.allow(/net::ERR_/);
    const row = page.getByRole('table', { name: 'Connections' }).getByRole('row').nth(1);
    await row.waitFor();
    await context.setOffline(true);
    await page.getByRole('searchbox').first().fill('nobody-yet');
    const banner = page.getByRole('status').filter({ hasText: 'Evergrant cannot be reached' });
    await banner.waitFor();
    await context.setOffline(false);
    await banner.waitFor({ state: 'hidden' });
    await page.getByText('Nothing matches').waitFor();
  });

  chromiumTest(
    'says so too while the service itself is gone, and goes on when it is back',
    async () => {
      const watched = await dashboard().visit('/connections', 'admin');
      const { page } = watched.allow(/net::ERR_/, /status of 50[234]/);
      const row = page.getByRole('table', { name: 'Connections' }).getByRole('row').nth(1);
      await row.waitFor();
      process.kill(dashboard().system.pidOf('admin'), 'SIGKILL');
      await page.getByRole('searchbox').first().fill('user-of');
      const banner = page.getByRole('status').filter({ hasText: 'Evergrant cannot be reached' });
      await banner.waitFor();
      await banner.waitFor({ state: 'hidden', timeout: 30_000 });
      await row.waitFor();
      expect(page.url()).toContain('q=user-of');
    },
    60_000,
  );

  chromiumTest(
    'says of a page that cannot be read again since when it is old, and that it is gone',
    async () => {
      const { id } = dashboard().connectionsOf('steady').connections[9]!;
      const watched = await dashboard().visit(`/connections/${id}`, 'admin');
      const { page } = watched.allow(/status of (503|404)/);
      const answer = `**/admin/api/connections/${id}`;
      await page.getByText('Tokens are served and renewed.').waitFor();
      await page.getByRole('button', { name: /^Live/ }).waitFor();
      await page.route(answer, (route) => route.fulfill({ status: 503, json: { title: 'Away' } }));
      expect((await dashboard().api.patch(`/v1/connections/${id}`, { paused: true })).status).toBe(200);
      await page.getByText(/^As of/).waitFor();
      await page.getByText('Tokens are served and renewed.').waitFor();
      await page.unroute(answer);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(/^Paused: tokens are neither/).waitFor();
      expect(await page.getByText(/^As of/).count()).toBe(0);
      await page.route(answer, (route) => route.fulfill({ status: 404, json: { title: 'None' } }));
      expect((await dashboard().api.patch(`/v1/connections/${id}`, { paused: false })).status).toBe(200);
      await page.getByRole('heading', { name: 'There is no such connection', level: 1 }).waitFor();
    },
  );

  chromiumTest(
    'sends no change while nothing answers, and says of one that was lost that it may be done',
    async () => {
      const { integration } = dashboard().connectionsOf('steady');
      const watched = await dashboard().visit(`/connect-links?new=true&integration=${integration}`, 'admin');
      const { page, context } = watched.allow(/net::ERR_/);
      const sent = () => watched.requested.filter((url) => url.endsWith('/v1/connect-sessions')).length;
      const dialog = page.getByRole('dialog', { name: 'Make a connect link' });
      const make = dialog.getByRole('button', { name: 'Make link' });
      const refusal = dialog.getByRole('alert');
      await dialog.getByRole('textbox', { name: 'End user id' }).fill('out-of-reach');
      await context.setOffline(true);
      await make.click();
      await refusal.getByText('No answer came').waitFor();
      await make.click();
      await refusal
        .getByText('Evergrant cannot be reached, so this was not asked of it. Try again once it answers.')
        .waitFor();
      expect(sent()).toBe(1);
      await context.setOffline(false);
      await page.getByText('Evergrant cannot be reached. What').waitFor({ state: 'hidden' });
      await make.click();
      await page.getByRole('dialog', { name: 'Connect link for out-of-reach' }).waitFor();
    },
  );

  chromiumTest('does once what was pressed again because its answer was lost', async () => {
    const { integration } = dashboard().connectionsOf('steady');
    const watched = await dashboard().visit(`/connect-links?new=true&integration=${integration}`, 'admin');
    const { page } = watched.allow(/net::ERR_/);
    const dialog = page.getByRole('dialog', { name: 'Make a connect link' });
    await dialog.getByRole('textbox', { name: 'End user id' }).fill('pressed-twice');
    await page.route(
      /v1\/connect-sessions$/,
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await dialog.getByText('Trying again is safe: it is done once.').waitFor();
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await page.getByRole('dialog', { name: 'Connect link for pressed-twice' }).waitFor();
    const { body } = await dashboard().ask<{ data: object[] }>(
      'admin',
      'GET',
      'connect-sessions?end_user=pressed-twice',
    );
    expect(body.data).toHaveLength(1);
  });

  chromiumTest('offers to try again where the code of a page did not come', async () => {
    const watched = await dashboard().visit('/connections', 'admin');
    const { page } = watched.allow(/net::ERR_FAILED|Unable to preload|dynamically imported/);
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    await page.route(/assets\/audit/, (route) => route.abort());
    await page.getByRole('link', { name: 'Audit' }).click();
    const retry = page.getByRole('main').getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    await page.unroute(/assets\/audit/);
    await retry.click();
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
  });
}
