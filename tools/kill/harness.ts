import { rotationModes, type RotationMode } from '#oauth';
import { Crew } from './crew.js';
import { EventRecord } from './event-record.js';
import { failpoints, type Failpoint } from './failpoints.js';
import { Fleet } from './fleet.js';
import { outage } from './outage.js';
import { settle } from './recovery.js';
import { round, type Outcome, type Parts } from './round.js';
import { Slots, type SlotState } from './slots.js';
import { Surroundings } from './surroundings.js';
import type { Sabotage } from './worker-protocol.js';
import type { WorkerProcess } from './worker-process.js';

export interface Plan {
  /** How many refreshes are to be interrupted, at least. */
  kills: number;
  /** At most so many at once. */
  inFlight: number;
  modes: readonly RotationMode[];
  failpoints: readonly Failpoint[];
  /** How long Postgres is gone; 0: that is left out. */
  postgresDownMs: number;
  sabotage: Sabotage | undefined;
  progress: (line: string) => void;
}

export interface Results {
  outcomes: Outcome[];
  /** Last byte of an answer to its durable landing, sorted. */
  landingMs: number[];
}

export const everything = { modes: rotationModes, failpoints };
/** Refreshes that nobody interrupts, to see how long a landing takes: one after the other, as a schedule with jitter has them. */
const measuredRounds = 4;
const apartMs = 40;

/** Kills workers at every failpoint under every mode, until as many refreshes were interrupted as planned. */
export async function harness(plan: Plan): Promise<Results> {
  const around = await Surroundings.open();
  const crew = new Crew(around, plan.sabotage);
  const events = new EventRecord(around);
  try {
    return await new Harness(plan, { around, crew, events }).run();
  } finally {
    crew.dismiss();
    events.close();
    await around.close();
  }
}

class Harness {
  private readonly outcomes: Outcome[] = [];
  private readonly passes: number;
  private readonly size: number;
  private worker!: WorkerProcess;

  constructor(
    private readonly plan: Plan,
    private readonly parts: Parts,
  ) {
    const cells = plan.modes.length * plan.failpoints.length;
    this.passes = Math.ceil(plan.kills / (cells * plan.inFlight));
    this.size = Math.ceil(plan.kills / (cells * this.passes));
  }

  async run(): Promise<Results> {
    const { modes, postgresDownMs } = this.plan;
    const fleets = await Promise.all(modes.map((mode) => Fleet.gather(mode, this.parts.around)));
    this.worker = await this.parts.crew.start();
    try {
      await this.fill(fleets);
      const landingMs = await this.measure(fleets);
      for (let nth = 0; nth < this.passes; nth++) await this.pass(fleets, nth % 2 === 1);
      if (postgresDownMs > 0) await this.outage(fleets);
      return { outcomes: this.outcomes, landingMs };
    } finally {
      this.worker.kill();
    }
  }

  private get interrupted(): number {
    return this.outcomes.reduce((sum, { interrupted }) => sum + interrupted, 0);
  }

  /** Every failpoint under every mode. Scattered: only some are at the failpoint, and the others somewhere before it. */
  private async pass(fleets: Fleet[], scattered: boolean): Promise<void> {
    for (const fleet of fleets)
      for (const failpoint of this.plan.failpoints) {
        await fleet.fill(this.size);
        // A spool is drained one by one.
        const atHit = scattered || failpoint.startsWith('spool-drain') ? this.any() : this.size;
        const { worker } = this;
        const end = await round(this.parts, fleet, { worker, failpoint, atHit });
        this.worker = end.worker;
        this.outcomes.push(end.outcome);
        this.tell(end.outcome);
      }
  }

  private any(): number {
    return 1 + Math.floor(Math.random() * this.size);
  }

  private async outage(fleets: Fleet[]): Promise<void> {
    await this.fill(fleets);
    const { outcomes, worker } = await outage(this.parts, fleets, this.worker, this.plan.postgresDownMs);
    this.worker = worker;
    for (const outcome of outcomes) {
      this.outcomes.push(outcome);
      this.tell(outcome);
    }
  }

  private async fill(fleets: Fleet[]): Promise<void> {
    for (const fleet of fleets) await fleet.fill(this.size);
  }

  private async measure(fleets: Fleet[]): Promise<number[]> {
    const all = fleets.flatMap(({ members }) => [...members.keys()]);
    const slots = new Slots(this.parts.around, all);
    // A process that was only just started plans its statements first.
    await refreshAll(slots, 0);
    await this.worker.tell({ do: 'report' });
    for (let nth = 0; nth < measuredRounds; nth++) await refreshAll(slots, apartMs);
    const { landingMs = [] } = await this.worker.tell({ do: 'report' });
    return landingMs.toSorted((one, other) => one - other);
  }

  private tell({ mode, failpoint, scattered, interrupted, lost, broken }: Outcome): void {
    const end = broken.length > 0 ? `BROKEN: ${broken[0]}` : `${lost} lost`;
    const where = `${mode.padEnd(5)} ${failpoint.padEnd(20)}${scattered ? ' scattered,' : ''}`;
    this.plan.progress(
      `${String(this.interrupted).padStart(6)}  ${where} ${interrupted} interrupted, ${end}`,
    );
  }
}

async function refreshAll(slots: Slots, apart: number): Promise<void> {
  const before = await slots.read();
  const isNext = ({ connection, generation }: SlotState) => generation > before.get(connection)!.generation;
  await slots.makeDue(apart);
  const after = await settle(slots, isNext);
  if (![...after.values()].every(isNext))
    throw new Error('not everything was refreshed that nobody interrupted');
}
