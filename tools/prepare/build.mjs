import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './failure.mjs';
import { inRepository } from './repository.mjs';
import { run } from './run.mjs';

const STAMP = inRepository('dist', '.built');
const SOURCES = ['apps', 'libs', 'tools'];
const SHOWN_ERRORS = 20;

/**
 * Compiles the sources to dist/ unless nothing changed since the last time.
 * @param {import('./steps.mjs').Steps} steps
 */
export async function ensureBuilt(steps) {
  if (isBuilt()) return;
  const errors = await steps.step('Build', compile);
  if (errors.length > 0) throw new PrepareError(`The sources do not compile:\n${shorten(errors)}`);
}

/** True where dist/ was compiled from the sources as they are. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

/** Compiles, and returns the compiler's complaints; what compiles is written in any case. */
export async function compile() {
  const compiled = fingerprint();
  if (!existsSync(inRepository('dist', '.tsbuildinfo')))
    rmSync(inRepository('dist'), { recursive: true, force: true });
  mkdirSync(inRepository('dist'), { recursive: true });
  const { code, output } = await run(process.execPath, [inRepository('node_modules/ts7/bin/tsc'), '-p', '.']);
  if (code === 0) writeFileSync(STAMP, compiled);
  else rmSync(STAMP, { force: true });
  return code === 0 ? [] : output.trim().split('\n');
}

/** Path, size and time of change of every source. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(inRepository('tsconfig.json')));
  for (const folder of SOURCES) {
    if (!existsSync(inRepository(folder))) continue;
    for (const path of readdirSync(inRepository(folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!path.endsWith('.ts')) continue;
      const { size, mtimeMs } = statSync(inRepository(folder, path));
      hash.update(`${join(folder, path)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** @param {string[]} errors */
function shorten(errors) {
  const shown = errors.slice(0, SHOWN_ERRORS).join('\n');
  return errors.length > SHOWN_ERRORS ? `${shown}\n… and ${errors.length - SHOWN_ERRORS} more lines` : shown;
}
