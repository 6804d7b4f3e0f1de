import type { Page } from 'playwright-core';
import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';
import type { WatchedPage } from './watched-page.js';

/** What was found somewhere: whose it is, and its end. */
export function leakedTokenStories(dashboard: () => OpenDashboard): void {
  chromiumTest(
    'names the owner of a token that was replaced and of the newest, and revokes them',
    async () => {
      const { connections } = dashboard().connectionsOf('steady');
      const { id } = connections.at(-1)!;
      const superseded = await renewed(dashboard(), id);
      const current = await renewed(dashboard(), id);
      const watched = await dashboard().visit('/leaked-token', 'admin');
      const { page } = watched;
      const paste = async (token: string) => {
        await page
          .getByRole('textbox', { name: 'Tokens, one a line' })
          .fill(`authorization: Bearer ${token}`);
        await page.getByRole('button', { name: 'Look up' }).click();
        await page.getByRole('region', { name: 'Whose it is' }).waitFor();
      };
      await paste(superseded);
      await page.getByText(`user-of-${id}`).first().waitFor();
      await page.getByText(/\(replaced\)/).waitFor();
      await expectGone(watched, superseded);
      await page.getByRole('button', { name: 'Look up others' }).click();
      await paste(current);
      await page.getByText(/\(newest\)/).waitFor();
      await page.getByRole('button', { name: 'Revoke…' }).click();
      const dialog = page.getByRole('dialog', { name: new RegExp(`Revoke the connection of user-of-${id}`) });
      await dialog.getByRole('button', { name: 'Revoke connection' }).click();
      await dialog.getByText('Fill this in.').waitFor();
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('found in a public repository');
      await dialog.getByRole('button', { name: 'Revoke connection' }).click();
      await page.waitForURL(/kill-switch\/rev_/);
      expect((await dashboard().api.get(`/v1/connections/${id}/token`)).status).toBe(410);
      await expectGone(watched, current);
    },
  );

  chromiumTest(
    'takes a token out of the palette, the search and the address before it goes anywhere',
    async () => {
      const { connections } = dashboard().connectionsOf('steady');
      const token = await renewed(dashboard(), connections.at(-2)!.id);
      const watched = await dashboard().visit('/', 'admin');
      const { page } = watched;
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Search or jump to' }).getByRole('combobox').fill(token);
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'Whose it is' }).waitFor();
      await expectGone(watched, token);
      await page.goto(`${dashboard().origin}/connections`);
      await page.getByRole('searchbox').first().fill(token);
      await page.getByRole('region', { name: 'Whose it is' }).waitFor();
      await expectGone(watched, token);
    },
  );
}

/** The connection's access token after a renewal now. */
async function renewed({ api }: OpenDashboard, id: string): Promise<string> {
  const answer = await api.post(`/v1/connections/${id}/refresh`);
  expect(answer).toMatchObject({ status: 200, body: { outcome: 'refreshed' } });
  return (await api.get<{ access_token: string }>(`/v1/connections/${id}/token`)).body.access_token;
}

/** Neither in an address nor kept nor shown. */
async function expectGone({ page, requested }: WatchedPage, token: string): Promise<void> {
  const isIn = (text: string) => text.includes(token) || decodeURIComponent(text).includes(token);
  expect(requested.filter(isIn)).toEqual([]);
  expect(isIn(page.url())).toBe(false);
  expect(await keptBy(page)).not.toContain(token);
}

async function keptBy(page: Page): Promise<string> {
  return page.evaluate<string>(`(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, history.state, document.cookie, document.title,
    await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML,
  ]))()`);
}
