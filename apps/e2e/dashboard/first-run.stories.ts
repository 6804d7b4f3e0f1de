import type { Locator } from 'playwright-core';
import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** An installation that nobody has connected anything to yet. */
export function firstRunStories(dashboard: () => OpenDashboard): void {
  chromiumTest('offers the guide until it is put away, and again when it is taken back', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    const offer = page.getByRole('region', { name: 'Start here' });
    await page.getByText('No real accounts are connected').waitFor();
    expect(await page.title()).toBe('Sandbox: Overview · Evergrant');
    await offer.getByRole('link', { name: 'First steps' }).click();
    await page.getByRole('button', { name: 'Hide this guide' }).click();
    await page.getByText('Nothing is connected yet.').waitFor();
    expect(await offer.count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await offer.waitFor();
  });

  chromiumTest(
    'leads from nothing to a live token in the sandbox within two minutes',
    async () => {
      const begun = performance.now();
      const { page } = await dashboard().visit('/', 'admin');
      await page
        .getByRole('region', { name: 'Start here' })
        .getByRole('link', { name: 'First steps' })
        .click();
      await page.getByRole('heading', { name: 'First steps', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Make a connect link' }).click();
      await connectBy(dashboard(), page.getByRole('link', { name: 'Open in a new tab' }));
      // Nobody touches the guide: it hears of the connection.
      await page.getByText('Demo user is connected.').waitFor();
      const code = page
        .getByRole('region', { name: 'Read a live access token' })
        .or(page.getByText(/curl -X GET/));
      const id = /con_\w+/.exec(await code.first().innerText())![0];
      expect((await dashboard().api.get(`/v1/connections/${id}/token`)).status).toBe(200);
      await page.getByText('A token was read').first().waitFor({ timeout: 30_000 });
      expect(performance.now() - begun).toBeLessThan(120_000);
    },
    120_000,
  );

  chromiumTest(
    'shows a connection on the overview and in the list as it is made',
    async () => {
      const overview = await dashboard().visit('/', 'viewer');
      const list = await dashboard().visit('/connections', 'deputy');
      const { page } = await dashboard().visit('/connect-links', 'admin');
      const table = list.page.getByRole('table', { name: 'Connections' });
      await table.getByRole('link', { name: 'Demo user' }).waitFor();
      await overview.page.getByText(/1 connection is active/).waitFor();
      await page.getByRole('button', { name: 'Make a connect link' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Make a connect link' });
      await dialog.getByRole('button', { name: 'Make link' }).click();
      await dialog.getByText('Fill this in.').first().waitFor();
      await dialog.getByRole('textbox', { name: 'End user id' }).fill('user-live');
      await dialog.getByRole('textbox', { name: /^Name/ }).fill('Grace Hopper');
      await dialog.getByRole('button', { name: 'Make link' }).click();
      const made = page.getByRole('dialog', { name: 'Connect link for Grace Hopper' });
      await connectBy(dashboard(), made.getByRole('link', { name: 'Open in a new tab' }));
      await made.getByText('Grace Hopper is connected. The link cannot be used again.').waitFor();
      await overview.page.getByText(/2 connections are active/).waitFor();
      await list.page.getByRole('button', { name: '1 new' }).click();
      await table.getByRole('link', { name: 'Grace Hopper' }).waitFor();
      expect(list.events).toContain('connection.authorized');
    },
    90_000,
  );
}

/** Follows the link as its end user does, in a browser of their own. */
async function connectBy(dashboard: OpenDashboard, link: Locator): Promise<void> {
  const { login, password } = dashboard.system.bootstrap.sandbox_user;
  const context = await dashboard.people.contextOf();
  const page = await context.newPage();
  await page.goto((await link.getAttribute('href'))!);
  await page.getByRole('link', { name: /continue/i }).click();
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.getByRole('button', { name: /log in/i }).click();
  await page.locator('button[name=decision][value=allow]').click();
  await page.waitForURL(`${dashboard.origin}/**`);
  await page.getByRole('heading').first().waitFor();
  await context.close();
}
