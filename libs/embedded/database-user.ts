import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The account that Postgres runs as where we are root, which Postgres refuses to be. */
export interface DatabaseUser {
  readonly uid: number;
  readonly gid: number;
}

export class DatabaseUserError extends Error {
  override readonly name = 'DatabaseUserError';
}

const NAME = 'postgres';

/** Undefined where we are not root: then Postgres runs as ourselves. Creates the account where there is none. */
export function databaseUser(): DatabaseUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp() ?? create();
}

/** True where the user can reach everything under the directory's parents that is open to it. */
export function canEnter(user: DatabaseUser | undefined, directory: string): boolean {
  let existing = directory;
  while (!existsSync(existing)) existing = dirname(existing);
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', existing], { cwd: '/', ...user }).status === 0;
}

function lookUp(): DatabaseUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, NAME], { stdio: 'pipe', encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(): DatabaseUser {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw new DatabaseUserError(
      `Postgres does not run as root, and a user "${NAME}" for it could not be created (${(error as Error).message.trim()}). ` +
        `Create one, or run this as an ordinary user.`,
    );
  }
  const user = lookUp();
  if (!user)
    throw new DatabaseUserError(`The new user "${NAME}" cannot be found. Run this as an ordinary user.`);
  return user;
}
