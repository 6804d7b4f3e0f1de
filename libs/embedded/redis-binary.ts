import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface RedisBinary {
  readonly path: string;
  /** The program behaves as it is called: Debian's redis-check-rdb is the server under another name. */
  readonly argv0?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const NAMES = ['redis-server', 'valkey-server'];
/** Homebrew's and MacPorts' places, which a shell started by an editor often lacks. */
const FURTHER = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin'];

/** A Redis or Valkey server on this machine, or the one unpacked earlier into `unpacked`; undefined where none. */
export function findRedis(unpacked: string, path = process.env['PATH'] ?? ''): RedisBinary | undefined {
  for (const directory of [...path.split(delimiter).filter(Boolean), ...FURTHER]) {
    for (const name of NAMES) if (isProgram(join(directory, name))) return { path: join(directory, name) };
  }
  const tools = '/usr/bin/redis-check-rdb';
  if (isProgram(tools)) {
    const binary = { path: tools, argv0: 'redis-server' };
    if (isRedisServer(binary)) return binary;
  }
  return unpackedRedis(unpacked);
}

/** The server that `redis-package` unpacked, with its libraries beside it. */
function unpackedRedis(root: string): RedisBinary | undefined {
  const path = join(root, 'usr', 'bin', 'redis-check-rdb');
  if (!isProgram(path)) return undefined;
  const libraries = [join(root, 'usr', 'lib'), join(root, 'lib')].flatMap((lib) =>
    existsSync(lib) ? [lib, ...readdirSync(lib).map((name) => join(lib, name))] : [],
  );
  const binary = { path, argv0: 'redis-server', env: { LD_LIBRARY_PATH: libraries.join(':') } };
  return isRedisServer(binary) ? binary : undefined;
}

function isRedisServer(binary: RedisBinary): boolean {
  const { stdout } = spawnSync(binary.path, ['--version'], {
    argv0: binary.argv0,
    env: { ...process.env, ...binary.env },
    encoding: 'utf8',
  });
  return (stdout ?? '').startsWith('Redis server v=');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
