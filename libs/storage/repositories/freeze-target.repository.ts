import type { TransactionContext } from '../transaction.js';
import type { FreezeTargetState } from './freeze.repository.js';

/** What a freeze holds, connection by connection. Their rows are locked by whoever changes a target. */
export class FreezeTargetRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Some in this state that nobody else has at hand. */
  async claim(freeze: string, state: FreezeTargetState, limit: number): Promise<string[]> {
    const rows = await this.context.manager.query<{ connection: string }[]>(
      `SELECT connection_id AS connection FROM freeze_target
       WHERE workspace_id = $1 AND freeze_id = $2 AND state = $3
       ORDER BY connection_id LIMIT $4 FOR UPDATE SKIP LOCKED`,
      [this.context.workspace, freeze, state, limit],
    );
    return rows.map(({ connection }) => connection);
  }

  async settle(freeze: string, settled: ReadonlyMap<string, FreezeTargetState>): Promise<void> {
    await this.context.manager.query(
      `UPDATE freeze_target t SET state = s.state, changed_at = now()
       FROM unnest($3::text[], $4::text[]) AS s (connection_id, state)
       WHERE t.workspace_id = $1 AND t.freeze_id = $2 AND t.connection_id = s.connection_id`,
      [this.context.workspace, freeze, [...settled.keys()], [...settled.values()]],
    );
  }

  /** Those of these connections that are paused by a freeze, and by nobody otherwise. */
  async listFrozen(connections: readonly string[]): Promise<Set<string>> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT id FROM connection WHERE workspace_id = $1 AND id = ANY ($2) AND frozen_by IS NOT NULL`,
      [this.context.workspace, connections],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Says which freeze pauses each of these. */
  async mark(freezeOf: ReadonlyMap<string, string>): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection c SET frozen_by = m.freeze_id FROM unnest($2::text[], $3::text[]) AS m (id, freeze_id)
       WHERE c.workspace_id = $1 AND c.id = m.id`,
      [this.context.workspace, [...freezeOf.keys()], [...freezeOf.values()]],
    );
  }

  /** Keeps when each slot would have been renewed, before its schedule is stopped. */
  async keepSchedule(freeze: string, connections: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE freeze_target t SET due = d.due FROM (
         SELECT connection_id, jsonb_object_agg(slot, refresh_due_at) AS due FROM connection_slot
         WHERE workspace_id = $1 AND connection_id = ANY ($3) AND refresh_due_at IS NOT NULL GROUP BY 1) AS d
       WHERE t.workspace_id = $1 AND t.freeze_id = $2 AND t.connection_id = d.connection_id`,
      [this.context.workspace, freeze, connections],
    );
  }

  /** The same where another freeze stopped it before, and kept it. */
  async takeSchedule(freeze: string, connections: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE freeze_target t SET due = o.due FROM freeze_target o
       WHERE t.workspace_id = $1 AND t.freeze_id = $2 AND t.connection_id = ANY ($3) AND o.workspace_id = $1
         AND o.connection_id = t.connection_id AND o.freeze_id <> $2 AND o.state = 'frozen' AND o.due IS NOT NULL`,
      [this.context.workspace, freeze, connections],
    );
  }

  /** Goes on where the schedule was stopped; what was due meanwhile is due at once. */
  async restoreSchedule(freeze: string, connections: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection_slot s SET refresh_due_at = (t.due ->> s.slot)::timestamptz FROM freeze_target t
       WHERE t.workspace_id = $1 AND t.freeze_id = $2 AND t.connection_id = ANY ($3) AND s.workspace_id = $1
         AND s.connection_id = t.connection_id AND s.refresh_due_at IS NULL AND t.due ? s.slot`,
      [this.context.workspace, freeze, connections],
    );
  }

  /** Freezes of before lost what somebody resumed by hand meanwhile. */
  async releaseFromOthers(freeze: string, connections: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE freeze_target SET state = 'lifted', changed_at = now()
       WHERE workspace_id = $1 AND freeze_id <> $2 AND connection_id = ANY ($3) AND state = 'frozen'`,
      [this.context.workspace, freeze, connections],
    );
  }

  /** Another freeze, in force, of each of these that has one. */
  async otherHolders(freeze: string, connections: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.context.manager.query<{ connection: string; freeze: string }[]>(
      `SELECT t.connection_id AS connection, min(t.freeze_id) AS freeze FROM freeze_target t
       JOIN connection_freeze f ON f.workspace_id = t.workspace_id AND f.id = t.freeze_id
       WHERE t.workspace_id = $1 AND t.freeze_id <> $2 AND t.connection_id = ANY ($3) AND t.state = 'frozen'
         AND f.state IN ('freezing', 'frozen') GROUP BY 1`,
      [this.context.workspace, freeze, connections],
    );
    return new Map(rows.map(({ connection, freeze: other }) => [connection, other]));
  }
}
