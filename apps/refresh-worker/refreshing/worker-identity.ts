import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A worker is its spool: the same one after a restart, so that others know whose answers may still come back. */
export class WorkerIdentity {
  readonly id: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.id = known(join(folder, 'worker-id'));
  }
}

function known(path: string): string {
  try {
    writeFileSync(path, `wrk_${randomUUID()}`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
