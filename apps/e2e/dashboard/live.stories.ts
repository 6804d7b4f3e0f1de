import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** One stream of events for all tabs of a browser. */
export function liveStories(dashboard: () => OpenDashboard): void {
  chromiumTest(
    'hands the events on to another tab as soon as nobody looks, from where they were',
    async () => {
      const first = await dashboard().watch(await dashboard().people.contextOf('viewer'));
      await first.page.clock.install();
      await first.page.goto(`${dashboard().origin}/integrations`);
      await first.page.getByRole('button', { name: /^Live/ }).waitFor();
      const second = await dashboard().watch(first.context);
      await second.page.goto(`${dashboard().origin}/integrations`);
      await second.page.getByRole('button', { name: /^Live/ }).waitFor();
      const next = second.page.waitForRequest(/admin\/api\/events/);
      // What waits for time to pass, waits for ever: nothing may.
      await first.page.clock.pauseAt(Date.now() + 60_000);
      await first.page.evaluate(
        `Object.defineProperty(document, 'hidden', { get: () => true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
      expect((await next).url()).toMatch(/\?after=\d+$/);
      await second.page.getByRole('button', { name: /^Live/ }).waitFor();
    },
  );
}
