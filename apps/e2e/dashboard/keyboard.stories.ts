import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** What is done without a mouse. */
export function keyboardStories(dashboard: () => OpenDashboard): void {
  chromiumTest('goes anywhere by the palette or by two letters, and says which there are', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    const title = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
    await title('Overview');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search or jump to' });
    await palette.getByRole('textbox').fill('audit');
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

  chromiumTest('skips the navigation', async () => {
    const { page } = await dashboard().visit('/connections', 'admin');
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
  });
}
