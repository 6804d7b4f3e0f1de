import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** Who gets in, and where to. */
export function signInStories(dashboard: () => OpenDashboard): void {
  chromiumTest('keeps the address of a deep link through the sign-in', async () => {
    const { page } = await dashboard().visit('/connections?state=active&q=user-of', undefined);
    await dashboard().people.logIn(page, 'viewer');
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    expect(page.url()).toBe(`${dashboard().origin}/connections?state=active&q=user-of`);
  });

  chromiumTest('sends nobody to another site, however its address is written', async () => {
    const { page } = await dashboard().visit('/', 'viewer');
    for (const wish of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      'javascript:1',
    ]) {
      await page.goto(`${dashboard().origin}/admin/sign-in?return_to=${encodeURIComponent(wish)}`);
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      expect(new URL(page.url())).toMatchObject({ origin: dashboard().origin, pathname: '/' });
    }
  });
}
