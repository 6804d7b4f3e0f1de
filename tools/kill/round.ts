import type { RotationMode } from '#oauth';
import type { Crew } from './crew.js';
import type { EventRecord } from './event-record.js';
import type { Failpoint } from './failpoints.js';
import type { Fleet } from './fleet.js';
import { judge, type AtDeath } from './judge.js';
import { recover, settle } from './recovery.js';
import { Slots, type SlotState } from './slots.js';
import type { Surroundings } from './surroundings.js';
import type { WorkerProcess } from './worker-process.js';

/** What came of one kill. */
export interface Outcome {
  mode: RotationMode;
  failpoint: Failpoint | 'postgres-down';
  /** Some were at the failpoint, and the others somewhere before it; else all were there. */
  scattered: boolean;
  /** Refreshes that were under way. */
  interrupted: number;
  lost: number;
  /** Of these: strict rotation, and no answer of the provider's had been landed when the worker died. */
  unavoidable: number;
  broken: string[];
}

const living = ['active', 'degraded'];
/** At these a refresh is over for Postgres: what the kill interrupts is telling of it. */
const relayed: readonly string[] = ['before-outbox-relay', 'after-outbox-relay'];

/** One after the other, when all are in the spool. */
const drained: readonly string[] = ['spool-drain', 'spool-drained'];

export interface Parts {
  around: Surroundings;
  crew: Crew;
  events: EventRecord;
}

/** Kills the worker as the `atHit`-th of all these refreshes comes by; answers what became of them, and the next worker. */
export async function round(
  { around, crew, events }: Parts,
  fleet: Fleet,
  { worker, failpoint, atHit }: { worker: WorkerProcess; failpoint: Failpoint; atHit: number },
): Promise<{ outcome: Outcome; worker: WorkerProcess }> {
  const members = [...fleet.members.values()];
  const slots = new Slots(around, [...fleet.members.keys()]);
  const before = await slots.read();
  await fleet.news();
  await worker.arm({ failpoint, atHit, refreshes: members.length });
  await slots.makeDue();
  await worker.death();
  await crew.nobodyIsAtWork();
  await fleet.providerIsQuiet();
  const rows = await slots.read();
  const atDeath = {
    slots: rows,
    spooled: new Set(crew.spooled()),
    durable: crew.heldDurable(),
    ledger: await fleet.news(),
  };
  const next = await crew.start();
  const { broken, lost, unavoidable } = await aftermath({ fleet, slots, events, before, atDeath });
  const interrupted = members.filter(({ connection }) => {
    const { generation, unpublished } = rows.get(connection)!;
    const isDone = relayed.includes(failpoint) && generation > before.get(connection)!.generation;
    return !isDone || unpublished > 0 || failpoint === 'after-outbox-relay';
  }).length;
  const scattered = atHit < members.length && !drained.includes(failpoint);
  const outcome = { mode: fleet.mode, failpoint, scattered, interrupted, lost, unavoidable, broken };
  return { outcome, worker: next };
}

/** Lets the next worker put things right, has it refresh everything once more, and judges what it finds. */
export async function aftermath({
  fleet,
  slots,
  events,
  before,
  atDeath,
}: {
  fleet: Fleet;
  slots: Slots;
  events: EventRecord;
  before: Map<string, SlotState>;
  atDeath: AtDeath;
}): Promise<{ broken: string[]; lost: number; unavoidable: number }> {
  const beyond = (rows: Map<string, SlotState>) => (slot: SlotState) =>
    !slot.open && (slot.generation > rows.get(slot.connection)!.generation || !living.includes(slot.state));
  const after = await recover(slots, fleet.mode, atDeath.slots, beyond(before));
  const recovery = await fleet.news();
  await slots.makeDue();
  const proven = await settle(slots, beyond(after));
  const members = [...fleet.members.values()];
  const verdicts = judge(members, { mode: fleet.mode, before, atDeath, after, proven, recovery });
  const generations = [...proven.values()].map((slot) => [slot.connection, slot.generation] as const);
  const untold = await events.missing(new Map(generations));
  for (const { member, lost } of verdicts) if (lost) fleet.remove(member);
  return {
    broken: [...verdicts.flatMap(({ broken }) => broken), ...untold],
    lost: verdicts.filter(({ lost }) => lost).length,
    unavoidable: verdicts.filter(({ unavoidable }) => unavoidable).length,
  };
}
