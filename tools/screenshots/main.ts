import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium, startPostgres, startSystem } from '#testing';
import { ask, People, type PersonName } from '../../apps/e2e/dashboard/people.js';
import { seedDemo } from '../seed/seed-demo.js';
import { makeLiving } from './living-data.js';
import { placesOf, type Place } from './places.js';
import { makeShown } from './shown-data.js';
import { take } from './take.js';

const folder = join(process.cwd(), 'docs', 'screenshots');
const demo = { connections: 4_000, audit: 6_000, renewals: 2_000 };
/** All is taken by then: before, no worker tries a token that nobody sealed. */
const takenWithinMs = 30 * 60_000;

/** Every page of the dashboard, of a demo that is made for it. Names of places take those alone. */
async function main(names: readonly string[]): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium here. Debian: apt-get install chromium');
  mkdirSync(folder, { recursive: true });
  const postgres = await startPostgres();
  const system = await startSystem({ env: { DATABASE_URL: postgres.url } });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--hide-scrollbars'] });
  try {
    const people = new People(system, browser);
    await people.arrive();
    const { workspace } = await seedDemo(postgres.url, {
      ...demo,
      dueAfter: new Date(Date.now() + takenWithinMs),
    });
    const origin = system.bootstrap.public_url;
    for (const name of ['admin', 'deputy'] as const) await enter(people, name, origin, workspace);
    const shown = await makeShown(await people.contextOf('admin'), origin, (api_key) =>
      makeLiving(system, postgres.url, { workspace, api_key }),
    );
    const places = placesOf(shown).filter(({ name }) => names.length === 0 || names.includes(name));
    await takeAll(people, origin, places);
  } finally {
    await browser.close();
    await system.stop();
    await postgres.stop();
  }
}

async function takeAll(people: People, origin: string, places: readonly Place[]): Promise<void> {
  // Times are as they were when all was made, however long the taking takes.
  const now = new Date();
  for (const place of places) {
    const context = await people.contextOf(place.as ?? 'admin');
    await context.clock.setFixedTime(now);
    await take(context, origin, place, folder);
    await context.close();
    console.log(place.name);
  }
}

/** For the rest of this person's session. */
async function enter(people: People, name: PersonName, origin: string, workspace: string): Promise<void> {
  const context = await people.contextOf(name);
  const { status } = await ask(context, origin, 'PUT', 'session/workspace', { workspace });
  if (status >= 300) throw new Error(`${name} cannot enter the demo: ${status}`);
  await context.close();
}

await main(process.argv.slice(2));
process.exit();
