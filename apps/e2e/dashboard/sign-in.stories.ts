import { eventually } from '#testing';
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

  chromiumTest(
    'asks who was signed out elsewhere to sign in again, and leaves the page as it was',
    async () => {
      const { page, context } = (await dashboard().visit('/connections', undefined)).allow(/status of 401/);
      await dashboard().people.logIn(page, 'viewer');
      await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
      await page.getByRole('button', { name: /^Live/ }).waitFor();
      await page.getByRole('searchbox').first().fill('user-of');
      await page.waitForURL(/q=user-of/);
      const address = page.url();
      expect((await dashboard().ask('viewer', 'POST', 'sessions/end-others')).status).toBe(200);
      const dialog = page.getByRole('dialog', { name: 'Your session is over' });
      await dialog.waitFor();
      const opened = context.waitForEvent('page');
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      const popup = await opened;
      await popup.waitForEvent('close');
      await dialog.waitFor({ state: 'hidden' });
      expect(page.url()).toBe(address);
      expect(await page.getByRole('searchbox').first().inputValue()).toBe('user-of');
      await eventually(async () =>
        expect(await page.evaluate(`fetch('/admin/api/session').then(({ status }) => status)`)).toBe(200),
      );
    },
  );
}
