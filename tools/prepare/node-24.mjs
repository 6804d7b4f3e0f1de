import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PrepareError } from './failure.mjs';
import { inRepository } from './repository.mjs';

const WANTED = 24;
/** Old enough to be on most machines, new enough for this file's syntax and for npm 10. */
const OLDEST = 18;

/** @param {string} version such as process.versions.node */
export const major = (version) => Number(version.split('.')[0]);

export function refuseAncientNode() {
  if (major(process.versions.node) < OLDEST)
    throw new PrepareError(
      `This is Node.js ${process.versions.node}; install Node.js ${WANTED} (or at least 20).`,
    );
}

/** True where this process runs on a Node that the product runs on. */
export function onWantedNode() {
  return major(process.versions.node) >= WANTED;
}

/** The Node 24 that came with the packages. */
export function findWantedNode() {
  const path = inRepository('node_modules', '.bin', 'node');
  if (existsSync(path)) {
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    if (status === 0 && major(stdout.trim().slice(1)) >= WANTED) return path;
  }
  throw new PrepareError(
    `Evergrant runs on Node.js ${WANTED}; this is ${process.versions.node}, and the packages bring none for ` +
      `${process.platform}-${process.arch}. Install Node.js ${WANTED} and start again.`,
  );
}

/**
 * Runs this very command again on the wanted Node, and ends as it ends. Signals go on to it; the channel tells it
 * when this process is gone.
 * @param {string} node
 * @returns {Promise<never>}
 */
export function handOver(node) {
  return new Promise(() => {
    const child = spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
  });
}
