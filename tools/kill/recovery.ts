import type { RotationMode } from '#oauth';
import type { Slots, SlotState } from './slots.js';

const pollMs = 40;
/** Real time in which nothing came of it before more time is let pass. */
const idleMs = 400;
const patienceMs = 60_000;

/**
 * How time passes after a kill, in ms, the last again and again. First the lease runs out and the resolver's tick comes.
 * With a window of 30 s the sum stays under half of it: what is then not over has the rest in real time. Under A: no
 * request of the dead can be under way any more; then the token in hand has expired, so that the late retry comes and
 * tells what was lost.
 */
function steps(mode: RotationMode): number[] {
  if (mode === 'A') return [21_000, 11_000, 3_600_000];
  if (mode === 'none' || mode === 'E') return [21_000];
  return [6_000, 2_000, 2_000, 2_000, 0];
}

/** Waits until all of them are over, letting time pass where all that is missing since the death of a worker is time. */
export async function recover(
  slots: Slots,
  mode: RotationMode,
  atDeath: ReadonlyMap<string, SlotState>,
  isOver: (slot: SlotState) => boolean,
): Promise<Map<string, SlotState>> {
  const [first = 0, ...still] = steps(mode);
  let [left, since, next] = [Infinity, 0, first];
  return watch(slots, async (rows) => {
    const open = rows.filter((slot) => !isOver(slot));
    if (open.length < left) [left, since] = [open.length, left === Infinity ? 0 : performance.now()];
    // What a living worker has in hand would be left out, and never be as old as the others.
    const inHand = open.some((slot) => slot.leased && slot.fence !== atDeath.get(slot.connection)!.fence);
    if (open.length > 0 && !inHand && performance.now() - since >= idleMs) {
      await slots.letPass(next, atDeath);
      [next, since] = [still.shift() ?? next, performance.now()];
    }
    return open.length === 0;
  });
}

/** Waits until all of them are over, in real time. */
export function settle(slots: Slots, isOver: (slot: SlotState) => boolean): Promise<Map<string, SlotState>> {
  return watch(slots, async (rows) => rows.every(isOver));
}

/** Answers the last it saw, also where patience ends first. */
async function watch(
  slots: Slots,
  isEnough: (rows: SlotState[]) => Promise<boolean>,
): Promise<Map<string, SlotState>> {
  for (const begun = performance.now(); ;) {
    const rows = await slots.read();
    if ((await isEnough([...rows.values()])) || performance.now() - begun > patienceMs) return rows;
    await new Promise((again) => setTimeout(again, pollMs));
  }
}
