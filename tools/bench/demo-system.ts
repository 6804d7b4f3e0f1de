import { chromium } from 'playwright-core';
import { findChromium, type RunningSystem } from '#testing';
import { ask, People } from '../../apps/e2e/dashboard/people.js';
import { demoTarget } from '../seed/demo-target.js';
import { seedDemo, type DemoSeed } from '../seed/seed-demo.js';

export interface DemoSystem {
  people: People;
  workspace: string;
  /** Of the database's owner. */
  databaseUrl: string;
  origin: string;
}

/** A real browser beside the system, its admin in a workspace full of made-up people; says so where there is no browser. */
export async function onDemo(
  system: RunningSystem,
  demo: DemoSeed,
  run: (demo: DemoSystem) => Promise<void>,
): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) return console.log('\nThere is no Chromium here: nothing to measure with.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const people = new People(system, browser);
    await people.arrive();
    const databaseUrl = await demoTarget(system.environment);
    const { workspace } = await seedDemo(databaseUrl, demo);
    const context = await people.contextOf('admin');
    const origin = system.bootstrap.public_url;
    await ask(context, origin, 'PUT', 'session/workspace', { workspace });
    await context.close();
    await run({ people, workspace, databaseUrl, origin });
  } finally {
    await browser.close();
  }
}
