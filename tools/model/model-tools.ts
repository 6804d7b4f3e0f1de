import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface ModelTools {
  spin: string;
  compiler: string;
}

/** What the model is checked with; where it is missing, it is installed if that takes no password. */
export function provideModelTools(): ModelTools | { missing: string } {
  const found = findModelTools();
  if (found) return found;
  const reason = install();
  const installed = findModelTools();
  if (installed) return installed;
  const sentence =
    'The model is checked with Spin and a C compiler; install both (Debian: apt-get install spin gcc libc6-dev).';
  return { missing: reason === undefined ? sentence : `${sentence} ${reason}` };
}

function findModelTools(): ModelTools | undefined {
  const spin = programNamed('spin');
  const compiler = programNamed('gcc') ?? programNamed('cc');
  return spin && compiler ? { spin, compiler } : undefined;
}

function programNamed(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => join(directory, name))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As root with Debian's apt-get; answers why it did not work. */
function install(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  // A C compiler that is there already is kept as it is.
  const compiler = (programNamed('gcc') ?? programNamed('cc')) ? [] : ['gcc', 'libc6-dev'];
  const apt = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  if (run([...apt, 'spin', ...compiler]).status === 0) return undefined;
  run(['update']);
  const { status, stderr } = run([...apt, 'spin', ...compiler]);
  return status === 0 ? undefined : `apt-get did not: ${stderr.trim().split('\n').pop() ?? ''}`;
}

function run(args: string[]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('/usr/bin/apt-get', args, { env, encoding: 'utf8' });
}
