import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '#embedded';

/** What a spec may ask of the keeper, and what it answers: one JSON object a line, both ways. */
export interface Asks {
  /** A new database: a clone of the migrated template, or an empty one. */
  database: { ask: { migrated: boolean }; answer: DatabaseUrls };
  'drop-database': { ask: { name: string }; answer: null };
  /** A database number of the shared Redis, emptied. */
  redis: { ask: null; answer: { url: string; number: number } };
  'drop-redis': { ask: { number: number }; answer: null };
  /** A directory that is removed when the keeper ends; open to the database's user. */
  directory: {
    ask: null;
    answer: { path: string; redis: { path: string; argv0?: string; env?: NodeJS.ProcessEnv } };
  };
  /** A process to be killed when the asker's connection closes. */
  watch: { ask: ProcessIdentity; answer: null };
}

export interface DatabaseUrls {
  readonly name: string;
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly urls: Readonly<Record<'auth-flow' | 'refresh-worker' | 'revocation-audit' | 'admin', string>>;
}

export interface Question {
  readonly id: number;
  readonly what: keyof Asks;
  readonly ask: unknown;
}

export type Reply =
  { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: string };

/** The checkout's root, whether we run from its sources or from its dist. */
export const repositoryRoot = findRoot();

/** Where the compiled keeper is, whoever asks: Jest runs sources, the keeper runs compiled. */
export const compiledKeeper = join(repositoryRoot, 'dist', 'libs', 'testing', 'keeper', 'main.js');

/** One socket for each checkout, user and version of the keeper, so that an old keeper is left to end by itself. */
export function keeperSocket(): string {
  const hash = createHash('sha256').update(`${repositoryRoot}\0${process.getuid?.() ?? ''}`);
  for (const folder of ['testing/keeper', 'embedded'])
    hashFolder(hash, join(repositoryRoot, 'dist', 'libs', folder));
  return join(tmpdir(), `evergrant-keeper-${hash.digest('hex').slice(0, 16)}.sock`);
}

/** A digest of the compiled code that decides what a migrated database looks like. */
export function schemaVersion(): string {
  const hash = createHash('sha256');
  for (const folder of ['libs/storage', 'tools/migrate'])
    hashFolder(hash, join(repositoryRoot, 'dist', folder));
  return hash.digest('hex').slice(0, 16);
}

function hashFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (entry.endsWith('.js') && !entry.includes('spec.')) hash.update(readFileSync(join(folder, entry)));
}

function findRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package-lock.json'))) directory = dirname(directory);
  return directory;
}
