import { RevocationItem } from '../entities/revocation-item.entity.js';
import { Revocation, type RevocationState } from '../entities/revocation.entity.js';
import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';
import { standInLine } from './stand-in-line.js';

/** `spared`: its policy no longer meant it when its turn came. */
export type TargetState = 'waiting' | 'killed' | 'already_dead' | 'erased' | 'spared';

/** How many targets of a revocation are in which state. */
export type TargetCounts = Record<TargetState, number>;

export interface NewRevocationJob {
  id: string;
  reason: string;
  requestedBy: AuditActor;
  selector: Record<string, unknown>;
  alreadyDead: number;
  requestId: string | undefined;
}

/** What became of one connection of a revocation, and of one of its slots where the provider was to be told. */
export interface RevokedRow {
  connection: string;
  result: TargetState;
  changedAt: Date;
  item: RevocationItem | null;
}

const noTargets: TargetCounts = { waiting: 0, killed: 0, already_dead: 0, erased: 0, spared: 0 };

/** Revocations of many connections: their fixed targets, and how far they are. */
export class RevocationJobRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(job: NewRevocationJob): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO revocation (workspace_id, id, selector, reason, requested_by, already_dead, request_id, total)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
      [
        this.context.workspace,
        job.id,
        JSON.stringify(job.selector),
        job.reason,
        JSON.stringify(job.requestedBy),
        job.alreadyDead,
        job.requestId ?? null,
      ],
    );
  }

  /** Fixes what the statement answers as the targets, once and for all; answers how many, and their hash. */
  async fixTargets(
    id: string,
    { sql, values }: { sql: string; values: unknown[] },
  ): Promise<{ total: number; hash: string }> {
    const { manager, workspace } = this.context;
    const next = values.length;
    await manager.query(
      `INSERT INTO revocation_target (workspace_id, revocation_id, connection_id)
       SELECT $${next + 1}, $${next + 2}, found.id FROM (${sql}) AS found`,
      [...values, workspace, id],
    );
    const fixed = await this.hashTargets(id);
    await manager.query(
      `UPDATE revocation SET total = $3, targets_hash = $4 WHERE workspace_id = $1 AND id = $2`,
      [workspace, id, fixed.total, fixed.hash],
    );
    return fixed;
  }

  /** SHA-256 over the ids in byte order, each on a line. */
  async hashTargets(id: string): Promise<{ total: number; hash: string }> {
    const [row] = await this.context.manager.query<{ total: number; hash: string }[]>(
      `SELECT count(*)::integer AS total, 'sha256:' || encode(sha256(convert_to(
         coalesce(string_agg(connection_id, E'\\n' ORDER BY connection_id COLLATE "C"), ''), 'UTF8')), 'hex') AS hash
       FROM revocation_target WHERE workspace_id = $1 AND revocation_id = $2`,
      [this.context.workspace, id],
    );
    return row!;
  }

  async awaitApproval(id: string, approvalId: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation SET state = 'awaiting_approval', approval_id = $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, approvalId],
    );
  }

  /** The row, locked until the transaction ends: whoever changes its state waits for the chunks under way. */
  async lock(id: string): Promise<Revocation | null> {
    await standInLine(this.context.manager, id, 'alone');
    return this.context.manager.findOne(Revocation, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Undefined where it does not run. Until the transaction ends it goes on running; others may work on it too. */
  async holdRunning(id: string): Promise<Revocation | undefined> {
    await standInLine(this.context.manager, id, 'shared');
    const found = await this.context.manager.findOne(Revocation, {
      where: { workspaceId: this.context.workspace, id, state: 'running' },
      lock: { mode: 'pessimistic_read' },
    });
    return found ?? undefined;
  }

  /** The row must be locked. */
  async changeState(id: string, state: RevocationState): Promise<void> {
    await this.context.manager.query(`UPDATE revocation SET state = $3 WHERE workspace_id = $1 AND id = $2`, [
      this.context.workspace,
      id,
      state,
    ]);
  }

  async markStarted(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation SET started_at = now() WHERE workspace_id = $1 AND id = $2 AND started_at IS NULL`,
      [this.context.workspace, id],
    );
  }

  /** Some targets that wait, and that nobody else has at hand. */
  async claimTargets(id: string, limit: number): Promise<string[]> {
    const rows = await this.context.manager.query<{ connection: string }[]>(
      `SELECT connection_id AS connection FROM revocation_target
       WHERE workspace_id = $1 AND revocation_id = $2 AND state = 'waiting'
       ORDER BY connection_id LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [this.context.workspace, id, limit],
    );
    return rows.map(({ connection }) => connection);
  }

  async countWaiting(id: string): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM revocation_target
       WHERE workspace_id = $1 AND revocation_id = $2 AND state = 'waiting'`,
      [this.context.workspace, id],
    );
    return row!.count;
  }

  async settleTargets(id: string, settled: ReadonlyMap<string, TargetState>): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_target t SET state = s.state, changed_at = now()
       FROM unnest($3::text[], $4::text[]) AS s (connection_id, state)
       WHERE t.workspace_id = $1 AND t.revocation_id = $2 AND t.connection_id = s.connection_id AND t.state = 'waiting'`,
      [this.context.workspace, id, [...settled.keys()], [...settled.values()]],
    );
  }

  async countTargets(ids: readonly string[]): Promise<Map<string, TargetCounts>> {
    const rows = await this.context.manager.query<{ id: string; state: TargetState; count: number }[]>(
      `SELECT revocation_id AS id, state, count(*)::integer AS count FROM revocation_target
       WHERE workspace_id = $1 AND revocation_id = ANY ($2) GROUP BY 1, 2`,
      [this.context.workspace, ids],
    );
    const counts = new Map<string, TargetCounts>();
    for (const { id, state, count } of rows)
      counts.set(id, { ...(counts.get(id) ?? noTargets), [state]: count });
    return counts;
  }

  /** In the order of the connections' ids. */
  async listResults(id: string, limit: number): Promise<RevokedRow[]> {
    const { manager, workspace } = this.context;
    const targets = await manager.query<Omit<RevokedRow, 'item'>[]>(
      `SELECT connection_id AS connection, state AS result, changed_at AS "changedAt" FROM revocation_target
       WHERE workspace_id = $1 AND revocation_id = $2
       UNION ALL SELECT connection_id, 'killed', created_at FROM revocation
       WHERE workspace_id = $1 AND id = $2 AND connection_id IS NOT NULL
       ORDER BY 1 LIMIT $3`,
      [workspace, id, limit],
    );
    const items = await manager
      .createQueryBuilder(RevocationItem, 'item')
      .where('item.workspaceId = :workspace AND item.revocationId = :id', { workspace, id })
      .andWhere('item.connectionId = ANY (:connections)', {
        connections: targets.map(({ connection }) => connection),
      })
      .getMany();
    const byConnection = Map.groupBy(items, ({ connectionId }) => connectionId);
    return targets.flatMap((target): RevokedRow[] =>
      (byConnection.get(target.connection) ?? [null]).map((item) => ({ ...target, item })),
    );
  }

  /** Notes the time at which no target waited any more. */
  async markDead(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation r SET dead_at = now() WHERE r.workspace_id = $1 AND r.id = $2 AND r.dead_at IS NULL
         AND NOT EXISTS (SELECT FROM revocation_target t WHERE t.workspace_id = $1 AND t.revocation_id = $2 AND t.state = 'waiting')`,
      [this.context.workspace, id],
    );
  }

  /** What was refused, or that nobody approved in time, has come to its end: nothing of it was done. */
  async endUndecided(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation r SET finished_at = now() FROM approval a
       WHERE r.workspace_id = $1 AND r.id = $2 AND r.finished_at IS NULL AND r.state IN ('awaiting_approval', 'rejected')
         AND a.workspace_id = $1 AND a.id = r.approval_id
         AND (a.state NOT IN ('pending', 'approved') OR a.lapses_at <= now())`,
      [this.context.workspace, id],
    );
  }

  /** True for the one caller that closes it: no target waits, or it was cancelled, and no item is to be told or verified. */
  async close(id: string): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE revocation r SET finished_at = now()
       WHERE r.workspace_id = $1 AND r.id = $2 AND r.selector IS NOT NULL AND r.finished_at IS NULL
         AND (r.state = 'cancelled' OR (r.state = 'running' AND NOT EXISTS (SELECT FROM revocation_target t
           WHERE t.workspace_id = $1 AND t.revocation_id = $2 AND t.state = 'waiting')))
         AND NOT EXISTS (SELECT FROM revocation_item i WHERE i.workspace_id = $1 AND i.revocation_id = $2
             AND (i.state = 'pending' OR i.verification IN ('waiting', 'wants_probe')))`,
      [this.context.workspace, id],
    );
    return count === 1;
  }
}
