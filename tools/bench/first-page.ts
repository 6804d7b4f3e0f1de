import type { RunningSystem } from '#testing';
import type { People } from '../../apps/e2e/dashboard/people.js';
import { onDemo } from './demo-system.js';
import { median } from './median.js';

const rounds = 5;
const limitMs = 1_500;
const limitKb = 250;
const demo = { connections: 10_000, audit: 10_000 };

interface FirstPage {
  titleMs: number;
  dataMs: number;
  /** Of JavaScript, as it was sent: until then, and once charts had come. */
  kb: number;
  laterKb: number;
}

/** Notes when the title is there, and when the first numbers are: on the page's own clock, which begins with the navigation. */
const notes = `(() => {
  const look = () => {
    if (!window.titleMs && document.querySelector('h1')?.textContent === 'Overview') window.titleMs = performance.now();
    const figures = document.querySelector('[aria-label="What needs attention"]');
    if (window.titleMs && /\\d/.test(figures?.textContent ?? '')) window.dataMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** From the navigation to an overview with numbers, in a browser that has nothing of it yet; on the embedded default. */
export async function firstPage(system: RunningSystem): Promise<void> {
  await onDemo(system, demo, async ({ people }) => {
    const pages: FirstPage[] = [];
    // The first is the service's own first.
    for (let round = 0; round <= rounds; round++) pages.push(await load(people, system));
    print(pages.slice(1));
  });
}

async function load(people: People, { bootstrap }: RunningSystem): Promise<FirstPage> {
  const context = await people.contextOf('admin');
  await context.addInitScript(notes);
  const page = await context.newPage();
  await page.goto(bootstrap.public_url);
  while (!(await page.evaluate('window.dataMs'))) await page.waitForTimeout(50);
  const seen = await page.evaluate<{ titleMs: number; dataMs: number }>('({ titleMs, dataMs })');
  const kbUntil = async (ms: number): Promise<number> =>
    page.evaluate<number>(
      `performance.getEntriesByType('resource').filter(({ name, startTime }) => name.endsWith('.js') && startTime < ${ms})
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000`,
    );
  const kb = await kbUntil(seen.titleMs);
  await page.waitForTimeout(2_000);
  const laterKb = await kbUntil(Number.MAX_SAFE_INTEGER);
  await context.close();
  return { ...seen, kb, laterKb };
}

function print(pages: readonly FirstPage[]): void {
  const of = (name: keyof FirstPage) => median(pages.map((page) => page[name]));
  const [title, data, kb] = [of('titleMs'), of('dataMs'), of('kb')];
  console.log(`\nDashboard: first page, ${rounds} times with a cold cache, median\n`);
  console.log(`  Navigation to the overview's title           ${title.toFixed(0).padStart(6)} ms`);
  console.log(
    `  Navigation to its first numbers              ${data.toFixed(0).padStart(6)} ms   at most ${limitMs}`,
  );
  console.log(
    `  JavaScript until then, as it was sent        ${kb.toFixed(0).padStart(6)} KB   at most ${limitKb}`,
  );
  console.log(`  JavaScript with the charts                   ${of('laterKb').toFixed(0).padStart(6)} KB`);
  if (data <= limitMs && kb <= limitKb) return;
  console.log('\n  That is more than it may be.');
  process.exitCode = 1;
}
