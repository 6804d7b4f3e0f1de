import type { Crew } from './crew.js';
import type { Fleet } from './fleet.js';
import { aftermath, type Outcome, type Parts } from './round.js';
import { Slots } from './slots.js';
import type { WorkerProcess } from './worker-process.js';

/**
 * Postgres is killed when the provider has answered and nothing is landed yet; the worker too, when all it can do is
 * done. Both are back after a while.
 */
export async function outage(
  parts: Parts,
  fleets: readonly Fleet[],
  worker: WorkerProcess,
  downMs: number,
): Promise<{ outcomes: Outcome[]; worker: WorkerProcess }> {
  const { around, crew } = parts;
  const all = fleets.flatMap(({ members }) => [...members.keys()]);
  const everybody = new Slots(around, all);
  const before = await everybody.read();
  for (const fleet of fleets) await fleet.news();
  await worker.arm({ failpoint: 'before-landing', atHit: null, refreshes: all.length });
  await everybody.makeDue();
  await answered(fleets);
  await around.servers.postgres.kill();
  await worker.tell({ do: 'disarm' });
  await spooled(crew, all.length);
  worker.kill();
  await new Promise((back) => setTimeout(back, downMs));
  const [inSpool, durable] = [new Set(crew.spooled()), crew.heldDurable()];
  const ledger = (await Promise.all(fleets.map((fleet) => fleet.news()))).flat();
  // It is there first, and waits for Postgres.
  const starting = crew.start();
  await around.servers.postgres.start();
  const atDeath = { slots: await everybody.read(), spooled: inSpool, durable, ledger };
  const next = await starting;
  const outcomes: Outcome[] = [];
  for (const fleet of fleets) {
    const slots = new Slots(around, [...fleet.members.keys()]);
    const interrupted = fleet.members.size;
    const { broken, lost, unavoidable } = await aftermath({ fleet, slots, before, atDeath, ...parts });
    const at = { mode: fleet.mode, failpoint: 'postgres-down', scattered: false } as const;
    outcomes.push({ ...at, interrupted, lost, unavoidable, broken });
  }
  return { outcomes, worker: next };
}

/** Every one of them has its answer on the way. */
async function answered(fleets: readonly Fleet[]): Promise<void> {
  for (const fleet of fleets)
    await until(async () => {
      const granted = (await fleet.peek()).filter(({ outcome }) => outcome === 'granted');
      return granted.length >= fleet.members.size;
    }, 'the provider has not answered');
  // The last answers are still in a socket.
  await new Promise((received) => setTimeout(received, 500));
}

function spooled(crew: Crew, size: number): Promise<void> {
  return until(async () => crew.spooled().length >= size, 'not all answers went to the spool');
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < 30_000;) {
    if (await isSo()) return;
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error(`${otherwise} within 30 s`);
}
