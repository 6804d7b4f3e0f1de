import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** What is done without a mouse. */
export function keyboardStories(dashboard: () => OpenDashboard): void {
  chromiumTest('goes anywhere by the palette or by two letters, and says which there are', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    // Where one has gone, the title has the focus: it is read out.
    const title = (name: string) =>
      page.getByRole('heading', { name, level: 1 }).and(page.locator(':focus')).waitFor();
    await title('Overview');
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await title('Jobs');
    await page.getByRole('tab').nth(1).click();
    await page.waitForURL(/tab=/);
    await page.getByRole('tab').nth(1).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search or jump to' });
    await palette.getByRole('combobox').fill('audit');
    await page.keyboard.press('Enter');
    await title('Audit');
    await palette.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await title('Connections');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  });

  chromiumTest('finds a connection by its id in the palette', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    const { id } = dashboard().connectionsOf('steady').connections[0]!;
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search or jump to' });
    await palette.getByRole('combobox').fill(id);
    await palette.getByRole('option', { name: new RegExp(`user-of-${id.slice(0, 10)}`) }).click();
    await page.waitForURL(`${dashboard().origin}/connections/${id}`);
  });

  chromiumTest('begins from the palette what the person may, and goes to whatever an id names', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    const palette = page.getByRole('dialog', { name: 'Search or jump to' });
    const enter = async (text: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await palette.getByRole('combobox').fill(text);
      await page.keyboard.press('Enter');
    };
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await enter('create api');
    await page.getByRole('dialog', { name: 'Create an API key' }).waitFor();
    await page.keyboard.press('Escape');
    const { integration } = dashboard().connectionsOf('steady');
    await enter(integration);
    await page.waitForURL(`${dashboard().origin}/integrations/${integration}`);
    await enter('freeze');
    await page.waitForURL(/kill-switch\/new\?kind=freeze/);

    const { page: theirs } = await dashboard().visit('/', 'viewer');
    await theirs.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await theirs.keyboard.press('Control+k');
    await theirs.getByRole('option', { name: 'Sign out' }).waitFor();
    expect(
      await theirs.getByRole('option', { name: /API key|Freeze|Invite|link|New/ }).allInnerTexts(),
    ).toEqual(['Connect links']);
  });

  chromiumTest('goes to the first filter, whatever is typed into the search', async () => {
    const { page } = await dashboard().visit('/connections?q=user-of', 'admin');
    await page.getByRole('table', { name: 'Connections' }).getByRole('row').nth(2).waitFor();
    await page.keyboard.press('f');
    const focused = page.locator(':focus');
    expect(await focused.innerText()).toBe('State');
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('heading', { name: 'Connections', level: 1 }).focus();
    await page.keyboard.press('f');
    expect(await focused.innerText()).toMatch(/^Filters/);
  });

  chromiumTest('moves along the rows, opens one, and comes back to the list as it was', async () => {
    const { page } = await dashboard().visit('/connections?sort=-created_at', 'admin');
    const table = page.getByRole('table', { name: 'Connections' });
    await table.getByRole('row').nth(2).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('row');
    await page.keyboard.press('x');
    expect(await table.getByRole('checkbox', { checked: true }).count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/connections\/con_/);
    await page.goBack();
    await table.getByRole('row').nth(2).waitFor();
    expect(page.url()).toContain('sort=-created_at');
  });

  chromiumTest('skips the navigation', async () => {
    const { page } = await dashboard().visit('/connections', 'admin');
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('main').locator(':focus').count()).toBe(1);
  });
}
