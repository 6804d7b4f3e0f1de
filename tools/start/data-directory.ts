import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canEnter, type DatabaseUser } from '#embedded';
import { StartError } from './start-error.js';

/** The places inside the data directory. */
export class DataDirectory {
  constructor(readonly path: string) {}

  /** Makes it and what is in it. Only the way through it is open to others, and only where the database is another user. */
  prepare(user: DatabaseUser | undefined): void {
    try {
      mkdirSync(this.path, { recursive: true, mode: user ? 0o711 : 0o700 });
      if (user && statSync(this.path).uid === process.getuid?.() && isOursAlone(this.path))
        chmodSync(this.path, 0o711);
      for (const folder of ['keys', 'logs', 'run', 'sandbox', 'spool'])
        mkdirSync(join(this.path, folder), { recursive: true, mode: 0o700 });
      accessSync(join(this.path, 'run'), constants.W_OK);
    } catch (error) {
      throw new StartError(
        `The data directory ${this.path} cannot be written (${reason(error)}). ` +
          'Make it writable for you, or set EVERGRANT_DATA_DIR to a directory that is.',
      );
    }
  }

  /** Where the cluster goes: here, or where the database's own user can enter. */
  postgresHome(user: DatabaseUser | undefined): string {
    if (canEnter(user, this.path)) return join(this.path, 'postgres');
    const name = createHash('sha256').update(this.path).digest('hex').slice(0, 12);
    const elsewhere = join('/var/lib/evergrant', name);
    try {
      mkdirSync('/var/lib/evergrant', { recursive: true, mode: 0o711 });
    } catch (error) {
      throw new StartError(
        `Postgres runs as the user "postgres", who cannot enter ${this.path}, and ${elsewhere} cannot be made ` +
          `(${reason(error)}). Set EVERGRANT_DATA_DIR to a directory that this user can enter.`,
      );
    }
    return elsewhere;
  }

  log(name: string): string {
    return join(this.path, 'logs', `${name}.log`);
  }

  run(name: string): string {
    return join(this.path, 'run', `${name}.json`);
  }

  key(name: string): string {
    return join(this.path, 'keys', name);
  }

  get sandboxSeedFile(): string {
    return this.key('sandbox-seed.json');
  }

  get signInIssuersFile(): string {
    return this.key('sign-in-issuers.json');
  }

  get bootstrapFile(): string {
    return join(this.path, 'bootstrap.json');
  }
}

/** Writes a file that only we may read, whole or not at all. */
export function writePrivately(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** A JSON file's content; undefined where there is none. A damaged one throws SyntaxError. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text);
}

function isOursAlone(path: string): boolean {
  return (statSync(path).mode & 0o077) === 0;
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
