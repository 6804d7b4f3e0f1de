import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromiumTest, eventually } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** As the design has it, with the answer's own nonce. */
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'none'; img-src 'self'; ` +
  `font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; ` +
  `trusted-types default; require-trusted-types-for 'script'`;

/** What a page of ours lets others do with it. */
export function pagePolicyStories(dashboard: () => OpenDashboard): void {
  chromiumTest('answers with the policy, and nothing of the page is kept', async () => {
    const { page } = await dashboard().visit('/', 'admin');
    const answer = await page.goto(`${dashboard().origin}/connections`);
    const headers = answer!.headers();
    const nonce = /nonce-([\w-]{22})'/.exec(headers['content-security-policy'] ?? '')?.[1] ?? '';
    expect(headers['content-security-policy']).toBe(policy(nonce));
    expect(headers['cache-control']).toBe('no-store');
    const [script] = await page.locator('script[type=module]').all();
    const asset = await page.request.get(new URL((await script!.getAttribute('src'))!, page.url()).href, {
      headers: { 'accept-encoding': 'br' },
    });
    expect(asset.headers()).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
    });
  });

  chromiumTest('runs no script that was put into it, and makes no markup of a text', async () => {
    const watched = await dashboard().visit('/', 'admin');
    const { page } = watched.allow(/CSP violation|Content Security Policy|Trusted(Script|HTML)/);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script');
      try { script.textContent = 'window.intruder = 1'; } catch {}
      document.head.append(script);
      const image = document.createElement('div');
      try { image.innerHTML = '<img src=x onerror="window.intruder = 2">'; } catch { window.refused = true; }
      document.body.append(image);
      return new Promise((resolve) => setTimeout(() => resolve([window.intruder, window.refused]), 200));
    })()`);
    expect(ran).toEqual([undefined, true]);
  });

  chromiumTest('is framed by no other site', async () => {
    const frames = createServer((_, response) => {
      response
        .setHeader('content-type', 'text/html')
        // No favicon is asked for, of a server that is gone by then.
        .end(`<link rel="icon" href="data:,"><iframe src="${dashboard().origin}/connections"></iframe>`);
    });
    await new Promise<void>((resolve) => frames.listen(0, '127.0.0.1', resolve));
    try {
      const watched = await dashboard().visit('/', 'admin');
      watched.allow(/frame-ancestors|X-Frame-Options/i);
      await watched.page.goto(`http://127.0.0.1:${(frames.address() as AddressInfo).port}/`);
      await eventually(async () =>
        expect(watched.page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/'),
      );
    } finally {
      frames.close();
    }
  });
}
