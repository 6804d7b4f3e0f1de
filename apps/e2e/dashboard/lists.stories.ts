import { chromiumTest, eventually } from '#testing';
import { fitsInWidth } from './accessibility.js';
import type { OpenDashboard } from './open-dashboard.js';

/** Filters and tables, wherever they are. */
export function listsStories(dashboard: () => OpenDashboard): void {
  chromiumTest('keeps what is typed while the address follows', async () => {
    const { page } = await dashboard().visit('/connections', 'viewer');
    const search = page.getByRole('searchbox', { name: 'Search by end user, e-mail or id' });
    await search.pressSequentially('Ada ');
    await page.waitForURL(/q=Ada/);
    await search.pressSequentially('Lovelace');
    await page.waitForURL(/q=Ada(\+|%20)Lovelace/);
    expect(await search.inputValue()).toBe('Ada Lovelace');
    await page.getByRole('button', { name: 'Clear all' }).first().click();
    await eventually(async () => expect(await search.inputValue()).toBe(''));
  });

  chromiumTest('lets no search and no filter take a token into the address', async () => {
    const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    const watched = await dashboard().visit('/connect-links', 'admin');
    const { page } = watched;
    const expectTaken = async () => {
      await page.getByRole('heading', { name: 'Leaked token', level: 1 }).waitFor();
      await page.getByText('Not a token of this workspace').first().waitFor();
      expect(await page.getByRole('button', { name: 'Search connections for it as an id' }).count()).toBe(0);
    };
    await page.getByRole('searchbox', { name: 'End user id, exactly' }).fill(token);
    await expectTaken();
    await page.goto(`${dashboard().origin}/connections`);
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'End user id' }).click();
    await page.getByRole('textbox', { name: 'End user id' }).fill(token);
    await page.keyboard.press('Enter');
    await expectTaken();
    await page.goto(`${dashboard().origin}/kill-switch/new`);
    await page.getByRole('textbox', { name: 'End user' }).fill(token);
    await page.getByRole('button', { name: 'Count what it hits' }).click();
    await page.getByText('This looks like a token').waitFor();
    expect(watched.requested.filter((address) => address.includes(token))).toEqual([]);
  });

  chromiumTest('takes for an id what the lookup does not know, once somebody says so', async () => {
    const id = 'b5bb9d8014a0f9b1d61e21e796d78dcc';
    const watched = await dashboard().visit('/connections', 'admin');
    const { page, requested } = watched;
    const search = page.getByRole('searchbox', { name: 'Search by end user, e-mail or id' });
    await search.fill(id);
    const asId = page.getByRole('button', { name: 'Search connections for it as an id' });
    await asId.waitFor();
    expect(requested.filter((address) => address.includes(id))).toEqual([]);
    await asId.click();
    await page.waitForURL(new RegExp(`/connections\\?q=${id}`));
    await page.getByText('Nothing matches').waitFor();
    expect(await search.inputValue()).toBe(id);
    await watched.goWithin('/kill-switch/new');
    await page.getByRole('textbox', { name: 'End user' }).fill(id);
    await page.getByRole('button', { name: 'Count what it hits' }).click();
    await page.waitForURL(new RegExp(`end_user=${id}`));
  });

  chromiumTest('keeps the hours of a range whose days were not changed', async () => {
    const range = 'expires_after=2026-03-02T10%3A00%3A00.000Z&expires_before=2026-03-02T11%3A00%3A00.000Z';
    const { page } = await dashboard().visit(`/connections?${range}`, 'viewer');
    await page.getByRole('button', { name: /^Token expires from/ }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Apply' }).waitFor({ state: 'hidden' });
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      expires_after: '2026-03-02T10:00:00.000Z',
      expires_before: '2026-03-02T11:00:00.000Z',
    });
  });

  chromiumTest('sorts and selects on a phone, where the header is only read out', async () => {
    const watched = await dashboard().visit('/connections', 'admin', {
      viewport: { width: 390, height: 844 },
    });
    const { page } = watched;
    const table = page.getByRole('table', { name: 'Connections' });
    await table.getByRole('row').nth(5).waitFor();
    expect(await table.getByRole('columnheader').count()).toBeGreaterThan(3);
    expect(await table.locator('thead :is(button, input)').count()).toBe(0);
    await page.getByRole('button', { name: /^Sorted by/ }).click();
    await page.getByRole('menuitemradio', { name: 'Created ascending' }).click();
    await page.waitForURL(/sort=created_at/);
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await page
      .getByText(/^\d+ selected/)
      .first()
      .waitFor();
    // Tabs stand in one row, the chosen one in sight.
    await watched.goWithin('/jobs?tab=engine');
    const tabs = await Promise.all((await page.getByRole('tab').all()).map((tab) => tab.boundingBox()));
    expect(new Set(tabs.map((box) => box?.y)).size).toBe(1);
    expect(tabs.at(-1)!.x + tabs.at(-1)!.width).toBeLessThanOrEqual(390);
    expect(await fitsInWidth(page)).toBe(true);
  });

  chromiumTest('are as their person likes them, in every browser of theirs', async () => {
    const watched = await dashboard().visit('/settings', 'deputy');
    const saved = () => watched.page.waitForResponse((answer) => answer.request().method() === 'PUT');
    await Promise.all([saved(), watched.page.getByText('Compact', { exact: true }).click()]);
    await watched.goWithin('/connections');
    await watched.page.getByRole('button', { name: 'Columns' }).click();
    await Promise.all([saved(), watched.page.getByRole('menuitemcheckbox', { name: 'State' }).click()]);
    const shown = async (name: 'deputy' | 'admin') => {
      const { page } = await dashboard().visit('/connections', name);
      const table = page.getByRole('table', { name: 'Connections' });
      await table.getByRole('row').nth(2).waitFor();
      return [
        await page.locator('[data-density]').getAttribute('data-density'),
        await table.getByRole('columnheader', { name: 'State' }).count(),
      ];
    };
    expect(await shown('deputy')).toEqual(['compact', 0]);
    expect(await shown('admin')).toEqual(['comfortable', 1]);
    expect((await dashboard().ask('deputy', 'PUT', 'preferences', {})).status).toBe(200);
  });

  chromiumTest('moves along the rows of the table that has the focus', async () => {
    const { page } = await dashboard().visit('/settings', 'admin');
    const sessions = page.getByRole('table', { name: 'Your sessions' });
    await sessions.getByRole('row').nth(1).waitFor();
    // Another table comes first on the page.
    expect(await page.getByRole('table').first().getAttribute('aria-label')).not.toBe('Your sessions');
    await page.getByRole('region', { name: 'Your sessions' }).last().focus();
    await page.keyboard.press('j');
    expect(await sessions.getByRole('row').nth(1).and(page.locator(':focus')).count()).toBe(1);
  });
}
