import pg from 'pg';
import type { RefreshQueue } from '#events';
import { Directory, openDatabase, type DueSlot } from '#storage';
import type { BenchDatabase } from './durable-postgres.js';
import { seedSlots } from './seed-slots.js';

const horizonMs = 30_000;
const epoch = 'epoch';
const batch = 500;

/** So many slots in a database of their own, and what the planner and refreshes do to them. */
export class PlannedSlots {
  private constructor(
    readonly size: number,
    private readonly client: pg.Client,
    private readonly directory: Directory,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  static async seed(database: BenchDatabase, size: number): Promise<PlannedSlots> {
    await seedSlots(database, size);
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    const opened = await openDatabase({
      url: database.urlOf('refresh-worker'),
      applicationName: 'bench',
      entities: [],
    });
    return new PlannedSlots(size, client, new Directory(opened.database), opened.close);
  }

  async close(): Promise<void> {
    await this.closeDatabase();
    await this.client.end();
  }

  /** Makes so many due, plans them as the worker's planner does, and renews them; answers how long planning took. */
  async tick(queue: RefreshQueue, due: number): Promise<number> {
    await this.makeDue(due);
    const begun = performance.now();
    const slots = await this.directory.claimDueSlots(horizonMs, epoch, due);
    await queue.addPlanned(slots.map(plannedJob));
    const took = performance.now() - begun;
    if (slots.length !== due) throw new Error(`${slots.length} slots were due, not ${due}`);
    await this.renew(slots.map(({ connectionId }) => connectionId));
    return took;
  }

  /** So many of those that come next, spread over the horizon. */
  async makeDue(count: number): Promise<void> {
    await this.client.query(MAKE_DUE, [count]);
  }

  /** Everything that is due, batch by batch; answers how many. */
  async plan(queue: RefreshQueue): Promise<number> {
    for (let planned = 0; ;) {
      const slots = await this.directory.claimDueSlots(horizonMs, epoch, batch);
      await queue.addPlanned(slots.map(plannedJob));
      planned += slots.length;
      if (slots.length < batch) return planned;
    }
  }

  /** So many that are due, claimed and not refreshed yet. */
  async claim(count: number): Promise<void> {
    for (let done = 0; done < count; done += batch) {
      await this.makeDue(Math.min(batch, count - done));
      await this.directory.claimDueSlots(horizonMs, epoch, batch);
    }
  }

  /** What refreshes write to the slots: claim, lease, renewal. */
  async refresh(count: number): Promise<void> {
    for (let done = 0; done < count; done += batch) {
      await this.makeDue(batch);
      const slots = await this.directory.claimDueSlots(horizonMs, epoch, batch);
      const ids = slots.map(({ connectionId }) => connectionId);
      await this.client.query(LEASE, [ids]);
      await this.renew(ids);
    }
  }

  private async renew(ids: string[]): Promise<void> {
    await this.client.query(RENEW, [ids]);
  }
}

function plannedJob({ id, dueInMs, workspace, connectionId: connection, slot, generation }: DueSlot) {
  return { slotId: id, dueInMs, job: { workspace, connection, slot, generation } };
}

const OF = `WHERE workspace_id = 'wsp_bench' AND connection_id = ANY ($1) AND slot = 'default'`;
/** Those that come next, as time would; spread over the horizon. */
const MAKE_DUE = `UPDATE connection_slot SET refresh_due_at = now() + random() * interval '29 seconds'
  WHERE (workspace_id, connection_id, slot) IN (SELECT workspace_id, connection_id, slot FROM connection_slot
    WHERE refresh_due_at > now() + interval '1 minute' ORDER BY refresh_due_at LIMIT $1)`;
const LEASE = `UPDATE connection_slot SET fence = fence + 1, lease_owner = 'bench', lease_until = now(),
  open_attempt_id = 'att_bench' ${OF}`;
const RENEW = `UPDATE connection_slot SET generation = generation + 1, expires_at = now() + interval '1 hour',
  refresh_due_at = now() + interval '60 minutes' + random() * interval '4 minutes', refreshed_at = now(),
  lease_owner = NULL, lease_until = NULL, open_attempt_id = NULL, claimed_epoch = NULL, claimed_until = NULL ${OF}`;
