import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';
import { standInLine } from './stand-in-line.js';

export type FreezeState = 'freezing' | 'frozen' | 'lifting' | 'lifted';
export type FreezeTargetState = 'waiting' | 'frozen' | 'skipped' | 'lifted';

export interface Freeze {
  id: string;
  selector: Record<string, unknown>;
  reason: string;
  requestedBy: AuditActor;
  requestId: string | null;
  state: FreezeState;
  total: number;
  createdAt: Date;
  liftedBy: AuditActor | null;
  liftedAt: Date | null;
}

export type FreezeCounts = Record<FreezeTargetState, number>;

export interface NewFreeze {
  id: string;
  selector: Record<string, unknown>;
  reason: string;
  requestedBy: AuditActor;
  requestId: string | undefined;
}

const columns = `id, selector, reason, requested_by AS "requestedBy", request_id AS "requestId", state, total,
  created_at AS "createdAt", lifted_by AS "liftedBy", lifted_at AS "liftedAt"`;

/** Freezes, and the targets that were fixed when they were asked for. */
export class FreezeRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(freeze: NewFreeze): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO connection_freeze (workspace_id, id, selector, reason, requested_by, request_id, state, total)
       VALUES ($1, $2, $3, $4, $5, $6, 'freezing', 0)`,
      [
        this.context.workspace,
        freeze.id,
        JSON.stringify(freeze.selector),
        freeze.reason,
        JSON.stringify(freeze.requestedBy),
        freeze.requestId ?? null,
      ],
    );
  }

  /** Fixes what the statement answers as the targets; answers how many. */
  async fixTargets(id: string, { sql, values }: { sql: string; values: unknown[] }): Promise<number> {
    const { manager, workspace } = this.context;
    const next = values.length;
    await manager.query(
      `INSERT INTO freeze_target (workspace_id, freeze_id, connection_id)
       SELECT $${next + 1}, $${next + 2}, found.id FROM (${sql}) AS found`,
      [...values, workspace, id],
    );
    const [rows] = await manager.query<[{ total: number }[], number]>(
      `UPDATE connection_freeze SET total =
         (SELECT count(*) FROM freeze_target WHERE workspace_id = $1 AND freeze_id = $2)
       WHERE workspace_id = $1 AND id = $2 RETURNING total`,
      [workspace, id],
    );
    return rows[0]!.total;
  }

  async find(id: string): Promise<Freeze | undefined> {
    return this.one('', id);
  }

  /** The row, locked until the transaction ends: whoever changes its state waits for the chunks under way. */
  async lock(id: string): Promise<Freeze | undefined> {
    await standInLine(this.context.manager, id, 'alone');
    return this.one('FOR UPDATE', id);
  }

  /** Undefined where it is in another state. Until the transaction ends it stays in this one. */
  async hold(id: string, state: FreezeState): Promise<Freeze | undefined> {
    await standInLine(this.context.manager, id, 'shared');
    const freeze = await this.one('FOR SHARE', id);
    return freeze?.state === state ? freeze : undefined;
  }

  /** Newest first, after the id in the cursor. */
  async list(limit: number, after?: string): Promise<Freeze[]> {
    return this.context.manager.query<Freeze[]>(
      `SELECT ${columns} FROM connection_freeze WHERE workspace_id = $1 AND ($2::text IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [this.context.workspace, after ?? null, limit],
    );
  }

  async countTargets(ids: readonly string[]): Promise<Map<string, FreezeCounts>> {
    const rows = await this.context.manager.query<{ id: string; state: FreezeTargetState; count: number }[]>(
      `SELECT freeze_id AS id, state, count(*)::integer AS count FROM freeze_target
       WHERE workspace_id = $1 AND freeze_id = ANY ($2) GROUP BY 1, 2`,
      [this.context.workspace, ids],
    );
    const counts = new Map(ids.map((id) => [id, { waiting: 0, frozen: 0, skipped: 0, lifted: 0 }]));
    for (const { id, state, count } of rows) counts.get(id)![state] = count;
    return counts;
  }

  /** Begins to undo it; what was not frozen yet never is. The row must be locked. */
  async lift(id: string, by: AuditActor): Promise<void> {
    const { manager, workspace } = this.context;
    await manager.query(
      `UPDATE connection_freeze SET state = 'lifting', lifted_by = $3 WHERE workspace_id = $1 AND id = $2`,
      [workspace, id, JSON.stringify(by)],
    );
    await manager.query(
      `UPDATE freeze_target SET state = 'skipped', changed_at = now()
       WHERE workspace_id = $1 AND freeze_id = $2 AND state = 'waiting'`,
      [workspace, id],
    );
  }

  /** True for the one caller that brings it to its end, frozen or lifted. */
  async close(id: string): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE connection_freeze f SET state = CASE f.state WHEN 'freezing' THEN 'frozen' ELSE 'lifted' END,
         lifted_at = CASE f.state WHEN 'lifting' THEN now() END
       WHERE f.workspace_id = $1 AND f.id = $2 AND f.state IN ('freezing', 'lifting') AND NOT EXISTS (
         SELECT FROM freeze_target t WHERE t.workspace_id = $1 AND t.freeze_id = $2
           AND t.state = CASE f.state WHEN 'freezing' THEN 'waiting' ELSE 'frozen' END)`,
      [this.context.workspace, id],
    );
    return count === 1;
  }

  private async one(lock: '' | 'FOR UPDATE' | 'FOR SHARE', id: string): Promise<Freeze | undefined> {
    const rows = await this.context.manager.query<Freeze[]>(
      `SELECT ${columns} FROM connection_freeze WHERE workspace_id = $1 AND id = $2 ${lock}`,
      [this.context.workspace, id],
    );
    return rows[0];
  }
}
