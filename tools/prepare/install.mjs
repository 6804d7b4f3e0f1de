import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PrepareError } from './failure.mjs';
import { inRepository } from './repository.mjs';
import { run } from './run.mjs';

const STAMP = inRepository('node_modules', '.evergrant-installed');

/**
 * Installs the packages of package-lock.json when they are missing or the lock changed.
 * `npm install` and not `npm ci`: where the registry lacks a binary for some other platform, the lock lacks it too,
 * and `npm ci` then refuses the lock. `--no-save` keeps the lock as it is in the repository.
 * @param {import('./steps.mjs').Steps} steps
 */
export async function ensureInstalled(steps) {
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  if (!installedAsLocked(readJson('package-lock.json'), readJson('node_modules', '.package-lock.json'))) {
    await steps.step('Install packages', (say) => install(say));
  }
  writeFileSync(STAMP, wanted);
}

/** @param {(detail: string) => void} say */
async function install(say) {
  rmSync(STAMP, { force: true });
  say('npm install');
  // Development packages are the build's; a shell with NODE_ENV=production would leave them out.
  const flags = [
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--no-progress',
    // A line for each package that comes: what the progress is counted from.
    '--loglevel=http',
  ];
  // Under `npm start` this names npm's own program, which need not be on the PATH by that name.
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  let fetched = 0;
  const onLine = (/** @type {string} */ line) => {
    if (/^npm http (fetch|cache)/.test(line)) say(`${++fetched} packages fetched`);
  };
  const { code, output } = await run(command, [...args, 'install', ...flags], { onLine }).catch((error) => {
    throw new PrepareError(`npm cannot be started (${error.message}); install Node.js with npm.`);
  });
  if (code !== 0) {
    throw new PrepareError(
      `npm install failed (exit code ${code}). Look at its words, mend the cause, and start again.\n${withoutFetches(output)}`,
    );
  }
}

/** @param {string} output */
function withoutFetches(output) {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('npm http'))
    .join('\n')
    .trim();
}

/**
 * True where npm's record of what it installed holds every package of the lock at its version. Optional ones may
 * be missing: they are other platforms'.
 * @param {Lock | undefined} lock
 * @param {Lock | undefined} installed
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lock
 */
export function installedAsLocked(lock, installed) {
  if (!lock?.packages || !installed?.packages) return false;
  return Object.entries(lock.packages).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const there = installed.packages?.[path];
    return there ? there.version === version : Boolean(optional || devOptional);
  });
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(inRepository(name)));
  return hash.digest('hex');
}

/** @param {string[]} path */
function readJson(...path) {
  try {
    return JSON.parse(readFileSync(inRepository(...path), 'utf8'));
  } catch {
    return undefined;
  }
}
