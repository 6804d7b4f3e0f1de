import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './failure.mjs';
import { inRepository } from './repository.mjs';
import { run } from './run.mjs';

const STAMP = inRepository('dist', 'dashboard', '.built');
const FOLDER = 'apps/dashboard';
/** The client's types: made from the document, so that they cannot drift from it. */
const TYPES = `${FOLDER}/src/api/schema.d.ts`;
const DOCUMENT = 'docs/openapi.json';

/**
 * Builds the dashboard's page to dist/dashboard unless nothing changed since the last time.
 * @param {import('./steps.mjs').Steps} steps
 */
export async function ensureDashboardBuilt(steps) {
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await steps.step('Build the dashboard', async () => {
    await generateTypes();
    await succeed('node_modules/vite/bin/vite.js', [
      'build',
      FOLDER,
      '--config',
      `${FOLDER}/vite.config.mjs`,
    ]);
  });
  writeFileSync(STAMP, wanted);
}

/** Writes the types of the API that the page is compiled against. */
export async function generateTypes() {
  await succeed('node_modules/openapi-typescript/bin/cli.js', [DOCUMENT, '-o', TYPES]);
}

/** Types the page; returns what the compiler says. */
export async function checkDashboard() {
  await generateTypes();
  return run(process.execPath, [inRepository('node_modules/ts7/bin/tsc'), '-p', FOLDER]);
}

/**
 * @param {string} script
 * @param {string[]} args
 */
async function succeed(script, args) {
  const { code, output } = await run(process.execPath, [inRepository(script), ...args]);
  if (code !== 0) throw new PrepareError(`The dashboard cannot be built:\n${output.trim()}`);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', DOCUMENT]) hash.update(readFileSync(inRepository(path)));
  const sources = readdirSync(inRepository(FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => path !== inRepository(TYPES));
  for (const path of sources.sort()) hash.update(`${path}\n`).update(readFileSync(path));
  return hash.digest('hex');
}
