import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Agent } from 'undici';
import { refreshBare, type BareSlot } from './bare-refresh.js';

/** The floor in a process of its own: so many loops over the slots that it is given, until none is left. */
const url = process.env['DATABASE_URL']!;
const provider = process.env['PROVIDER']!;
const loops = Number(process.env['LOOPS']);
const pool = new pg.Pool({ connectionString: url, max: Number(process.env['POOL']) });
// As the engine's to a provider that rotates strictly: a socket for each request.
const sockets = new Agent({ pipelining: 0 });

process.on('message', ({ slots, everyMs }: { slots: BareSlot[]; everyMs?: number }) => {
  void (everyMs === undefined ? run(slots) : paced(slots, everyMs)).then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit());
process.send!('ready');

async function run(slots: BareSlot[]): Promise<number> {
  const left = [...slots];
  const begun = performance.now();
  await Promise.all(Array.from({ length: loops }, () => loop(left)));
  return (slots.length / (performance.now() - begun)) * 1_000;
}

async function loop(left: BareSlot[]): Promise<void> {
  for (let slot = left.pop(); slot; slot = left.pop()) await refreshBare(pool, sockets, provider, slot);
}

/** One after another at an even pace; answers how long each took. */
async function paced(slots: BareSlot[], everyMs: number): Promise<number[]> {
  const begun = performance.now();
  return Promise.all(
    slots.map(async (slot, nth) => {
      await pause(Math.max(0, begun + nth * everyMs - performance.now()));
      const sent = performance.now();
      await refreshBare(pool, sockets, provider, slot);
      return performance.now() - sent;
    }),
  );
}
