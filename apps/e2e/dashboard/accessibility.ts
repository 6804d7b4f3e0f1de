import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { eventually } from '#testing';

interface AxeResult {
  violations: {
    id: string;
    help: string;
    nodes: { target: string[]; html: string; failureSummary: string }[];
  }[];
}

/** What stands in WCAG 2.2 AA and below, and what axe knows beyond it, but that menus stand in no landmark. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** In another colour scheme only colours are others. */
const colours = ['color-contrast'];
/** The page took the scheme, and no colour is between two any more. */
const hasFaded = `document.documentElement.dataset.mantineColorScheme === 'dark' && document.getAnimations()
  .every((one) => !(one instanceof CSSTransition) || one.playState === 'finished')`;

/** What axe finds on the page as it is, a line each. By DevTools: the page's policy lets no script of others in. */
export async function axeViolations(page: Page, only: readonly string[] = rules): Promise<string[]> {
  // Rows that are about to be replaced are dim, and nobody's to read.
  await page.locator('[data-dimmed]').first().waitFor({ state: 'detached' });
  await page.evaluate(`window.axe ?? (() => { ${source} })()`);
  const { violations } = await page.evaluate<AxeResult>(
    `window.axe.run(document, { runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'],
      rules: { region: { enabled: false } } })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${help}; ${target.join(' ')}: ${html.slice(0, 160)}`),
  );
}

/** What axe finds, with where it was. */
export async function violations(page: Page, where: string): Promise<string[]> {
  return (await axeViolations(page)).map((one) => `${where} ${one}`);
}

/** The same in the light and in the dark. */
export async function violationsInBoth(page: Page, where: string): Promise<string[]> {
  const light = await violations(page, where);
  await page.emulateMedia({ colorScheme: 'dark' });
  await eventually(async () => expect(await page.evaluate(hasFaded)).toBe(true));
  const dark = await axeViolations(page, colours);
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map((one) => `${where} in the dark: ${one}`)];
}

/** Whether everything is reached by scrolling downwards alone, once charts have taken their width. */
export async function fitsInWidth(page: Page): Promise<boolean> {
  const fits = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
  for (let tries = 20; tries > 0; tries--) {
    if (await page.evaluate<boolean>(fits)) return true;
    await page.waitForTimeout(100);
  }
  return false;
}
