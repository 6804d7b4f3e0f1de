import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive, ServerProcess, type ProcessIdentity } from '#embedded';
import { readJson, type DataDirectory } from './data-directory.js';

const Identity = z.object({ pid: z.int().positive(), startedAt: z.string() });
/** Not services: they are taken over, since ending them would only cost time. */
const TAKEN_OVER = ['postgres', 'redis'];
const LAUNCHER = 'launcher';
const PATIENCE_MS = 10_000;

/** The identity that an earlier start wrote down, where that very process still lives. */
export function leftBehind(runFile: string): ProcessIdentity | undefined {
  try {
    const identity = Identity.safeParse(readJson(runFile)).data;
    return identity && isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the services that a killed launcher left running; returns their names. */
export async function endOrphans(data: DataDirectory): Promise<string[]> {
  const names = readdirSync(join(data.path, 'run'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => name !== LAUNCHER && !TAKEN_OVER.includes(name));
  const ended = await Promise.all(
    names.map(async (name) => {
      const identity = leftBehind(data.run(name));
      if (identity) await ServerProcess.adopt(identity).end('SIGTERM', PATIENCE_MS);
      rmSync(data.run(name), { force: true });
      return identity ? [name] : [];
    }),
  );
  return ended.flat();
}
