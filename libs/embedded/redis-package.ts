import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedis, type RedisBinary } from './redis-binary.js';

const run = promisify(execFile);

export class RedisMissingError extends Error {
  override readonly name = 'RedisMissingError';
}

/** Debian's redis-tools holds the server's program too, and unlike redis-server it starts no service on the machine. */
const PACKAGE = 'redis-tools';

/**
 * A Redis server: one on this machine, else Debian's package (installed as root, else unpacked into `unpacked`),
 * else Homebrew's. Throws RedisMissingError with what to do.
 */
export async function provideRedis(
  unpacked: string,
  say: (detail: string) => void = () => undefined,
): Promise<RedisBinary> {
  const found = findRedis(unpacked);
  if (found) return found;
  const reasons: string[] = [];
  for (const way of waysHere(unpacked)) {
    say(way.title);
    try {
      await way.install();
      const installed = findRedis(unpacked);
      if (installed) return installed;
      reasons.push(`${way.title}: it brought no Redis server that runs`);
    } catch (error) {
      reasons.push(`${way.title}: ${firstLine(error)}`);
    }
  }
  throw new RedisMissingError(
    ['There is no redis-server or valkey-server on this machine', ...reasons].join('; ') +
      '. Install Redis 6.2 or later with the system’s package manager, or set REDIS_URL to one of yours.',
  );
}

interface Way {
  readonly title: string;
  install(): Promise<void>;
}

function waysHere(unpacked: string): Way[] {
  const ways: Way[] = [];
  if (process.platform === 'linux' && existsSync('/usr/bin/apt-get')) {
    ways.push(
      process.getuid?.() === 0
        ? { title: `apt-get install ${PACKAGE}`, install: installAsRoot }
        : { title: `unpacking Debian’s ${PACKAGE}`, install: () => unpack(unpacked) },
    );
  }
  if (existsSync('/opt/homebrew/bin/brew') || existsSync('/usr/local/bin/brew')) {
    ways.push({
      title: 'brew install redis',
      install: async () => void (await run('brew', ['install', 'redis'])),
    });
  }
  return ways;
}

async function installAsRoot(): Promise<void> {
  // Another apt-get may be at work; it is waited for.
  const install = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', PACKAGE];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', install, { env }).catch(async () => {
    // A fresh machine has no package lists, an old one has stale ones.
    await run('apt-get', ['update'], { env });
    await run('apt-get', install, { env });
  });
}

/** Downloads the package and what it lacks here, with lists of our own: the system's need root to be brought up to date. */
async function unpack(target: string): Promise<void> {
  const work = `${target}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  for (const directory of ['lists/partial', 'cache/archives/partial', 'debs', 'root'])
    mkdirSync(join(work, directory), { recursive: true });
  const apt = (args: string[]) =>
    run('apt-get', ['-o', `Dir::State::Lists=${work}/lists`, '-o', `Dir::Cache=${work}/cache`, ...args], {
      cwd: join(work, 'debs'),
    });
  await apt(['update']);
  const { stdout } = await apt(['install', '--simulate', '--no-install-recommends', PACKAGE]);
  // Where it is installed and yet not there, nothing is to be installed.
  const packages = new Set([PACKAGE, ...[...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name!)]);
  await apt(['download', ...packages]);
  for (const archive of readdirSync(join(work, 'debs')))
    await run('dpkg', ['-x', join(work, 'debs', archive), join(work, 'root')]);
  rmSync(target, { recursive: true, force: true });
  renameSync(join(work, 'root'), target);
  rmSync(work, { recursive: true, force: true });
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr || message).split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('E:')) ?? lines.find(Boolean) ?? 'failed';
}
