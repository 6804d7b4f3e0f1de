import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { WatchedPage } from '../../apps/e2e/dashboard/watched-page.js';
import type { Place } from './places.js';

const widths = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const tablet = { width: 768, height: 1024 };
const schemes = ['light', 'dark'] as const;
/** What is below is more of the same. */
const tallest = 1_800;
/** Charts take their width, colours fade. */
const breathMs = 400;
const patienceMs = 60_000;

/** A place at each width in each scheme, loaded once for each width: what opened at one has no place at the other. */
export async function take(
  context: BrowserContext,
  origin: string,
  place: Place,
  folder: string,
): Promise<void> {
  for (const size of place.isMain ? [...widths, tablet] : widths) {
    const watched = await WatchedPage.open(context, new Set());
    const { page } = watched;
    await page.setViewportSize(size);
    await place.before?.(page);
    await page.goto(origin + place.path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await (place.until?.(page) ?? watched.settled());
    await place.act?.(page);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(breathMs);
      // What is as high as the window, or sticks to its end, is so in the picture, too.
      const height = Math.min(tallest, await contentHeight(page));
      if (height > size.height) await page.setViewportSize({ ...size, height });
      await page.screenshot({
        path: join(folder, `${place.name}-${size.width}-${colorScheme}.png`),
        ...{ animations: 'disabled', caret: 'hide', timeout: patienceMs },
      });
    }
    await page.close();
  }
}

const contentHeight = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollHeight');
