import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isAlive } from '#embedded';
import { readJson, type DataDirectory } from './data-directory.js';
import { StartError } from './start-error.js';

const Holder = z.object({ pid: z.int(), startedAt: z.string(), url: z.string(), since: z.string() });
type Holder = z.infer<typeof Holder>;

/** Two starts that clear a dead one's lock at the same moment see each other after this long. */
const SETTLE_MS = 60;

/** Makes this process the one launcher on the data directory; a dead one's place is taken. */
export async function lockDataDirectory(data: DataDirectory, url: string): Promise<() => void> {
  const path = data.run('launcher');
  const self: Holder = { ...identify(process.pid)!, url, since: new Date().toISOString() };
  const claim = `${path}.${process.pid}`;
  writeFileSync(claim, JSON.stringify(self), { mode: 0o600 });
  try {
    if (!claimed(claim, path)) {
      refuseIfAlive(path, data);
      rmSync(path, { force: true });
      if (!claimed(claim, path)) refuseIfAlive(path, data);
    }
  } finally {
    rmSync(claim, { force: true });
  }
  await pause(SETTLE_MS);
  if (holder(path)?.pid !== process.pid) refuseIfAlive(path, data);
  return () => {
    if (holder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** A hard link is made by one process alone, and the file is whole at once. */
function claimed(claim: string, path: string): boolean {
  try {
    linkSync(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holder(path: string): Holder | undefined {
  try {
    return Holder.safeParse(readJson(path)).data;
  } catch {
    return undefined;
  }
}

function refuseIfAlive(path: string, data: DataDirectory): void {
  const other = holder(path);
  if (other && isAlive(other) && other.pid !== process.pid) {
    throw new StartError(
      `Evergrant already runs on ${data.path} at ${other.url} (process ${other.pid}, since ${other.since}). ` +
        'Use that one, end it with Ctrl-C, or set EVERGRANT_DATA_DIR and EVERGRANT_PORT for a second one.',
    );
  }
}
