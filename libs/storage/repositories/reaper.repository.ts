import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';
import type { ReaperRule } from './reaper-candidate.repository.js';

export type ReaperAction = 'list' | 'revoke' | 'erase';

export interface ReaperSettings {
  deadAfterDays: number | null;
  deadAction: ReaperAction;
  unreadAfterDays: number | null;
  unreadAction: ReaperAction;
  eraseAfterDays: number | null;
  eraseAction: ReaperAction;
  dailyMaximum: number;
}

export interface ReaperPolicy extends ReaperSettings {
  /** Who answers for what it does; null where nobody knows who made the key. */
  changedByPerson: string | null;
  nextRunAt: Date | null;
  lastRunAt: Date | null;
  /** Why the last run left unread connections alone. */
  held: string | null;
  /** 0 where the workspace has never said anything. */
  version: number;
  updatedAt: Date | null;
}

export interface NewReaperRun {
  rule: ReaperRule;
  afterDays: number;
  revocationId: string | null;
  total: number;
}

/** Nothing is done unless a workspace wishes it: it is only listed. */
const unlessTold: ReaperPolicy = {
  ...{ deadAfterDays: 90, deadAction: 'list', unreadAfterDays: 180, unreadAction: 'list' },
  ...{ eraseAfterDays: 90, eraseAction: 'list', dailyMaximum: 100, changedByPerson: null },
  ...{ nextRunAt: null, lastRunAt: null, held: null, version: 0, updatedAt: null },
};

const columns = `dead_after_days AS "deadAfterDays", dead_action AS "deadAction", unread_after_days AS "unreadAfterDays",
  unread_action AS "unreadAction", erase_after_days AS "eraseAfterDays", erase_action AS "eraseAction",
  daily_maximum AS "dailyMaximum", changed_by_person AS "changedByPerson", next_run_at AS "nextRunAt",
  last_run_at AS "lastRunAt", held, version, updated_at AS "updatedAt"`;

const beforeItsEnd = `v.finished_at IS NULL AND v.dead_at IS NULL AND v.state IN ('running', 'paused', 'awaiting_approval')`;

/** What a workspace wants done about dead and unread connections, and what was done. */
export class ReaperRepository {
  constructor(private readonly context: TransactionContext) {}

  async find({ lock = false } = {}): Promise<ReaperPolicy> {
    const [row] = await this.context.manager.query<ReaperPolicy[]>(
      `SELECT ${columns} FROM reaper_policy WHERE workspace_id = $1 ${lock ? 'FOR UPDATE' : ''}`,
      [this.context.workspace],
    );
    return row ?? unlessTold;
  }

  /** The policy, where its time has come and nobody else has it: until the transaction ends it stays as it is. */
  async takeDue(): Promise<ReaperPolicy | undefined> {
    const [row] = await this.context.manager.query<ReaperPolicy[]>(
      `SELECT ${columns} FROM reaper_policy WHERE workspace_id = $1 AND next_run_at <= now() FOR UPDATE SKIP LOCKED`,
      [this.context.workspace],
    );
    return row;
  }

  /** `firstRunInMs`: null where it does nothing. */
  async save(
    settings: ReaperSettings,
    by: { person: string | null; firstRunInMs: number | null },
  ): Promise<ReaperPolicy> {
    const [row] = await this.context.manager.query<ReaperPolicy[]>(
      `INSERT INTO reaper_policy AS p (workspace_id, dead_after_days, dead_action, unread_after_days, unread_action,
         erase_after_days, erase_action, daily_maximum, changed_by_person, next_run_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 ms')
       ON CONFLICT (workspace_id) DO UPDATE SET dead_after_days = $2, dead_action = $3, unread_after_days = $4,
         unread_action = $5, erase_after_days = $6, erase_action = $7, daily_maximum = $8, changed_by_person = $9,
         next_run_at = now() + $10 * interval '1 ms', held = NULL, version = p.version + 1, updated_at = now()
       RETURNING ${columns}`,
      [
        this.context.workspace,
        settings.deadAfterDays,
        settings.deadAction,
        settings.unreadAfterDays,
        settings.unreadAction,
        settings.eraseAfterDays,
        settings.eraseAction,
        settings.dailyMaximum,
        by.person,
        by.firstRunInMs,
      ],
    );
    return row!;
  }

  /** This run is done. */
  async scheduleNext(inMs: number, held: string | null): Promise<void> {
    await this.context.manager.query(
      `UPDATE reaper_policy SET next_run_at = now() + $2 * interval '1 ms', last_run_at = now(), held = $3
       WHERE workspace_id = $1`,
      [this.context.workspace, inMs, held],
    );
  }

  async insertRun(run: NewReaperRun): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO reaper_run (workspace_id, id, rule, after_days, revocation_id, total) VALUES ($1, $2, $3, $4, $5, $6)`,
      [this.context.workspace, newId('rpr'), run.rule, run.afterDays, run.revocationId, run.total],
    );
  }

  /** The rule that a revocation was made by. */
  async findRule(revocationId: string): Promise<{ rule: ReaperRule; afterDays: number } | undefined> {
    const rows = await this.context.manager.query<{ rule: ReaperRule; afterDays: number }[]>(
      `SELECT rule, after_days AS "afterDays" FROM reaper_run WHERE workspace_id = $1 AND revocation_id = $2`,
      [this.context.workspace, revocationId],
    );
    return rows[0];
  }

  /**
   * Its jobs that may still revoke something. `stale`: one that waits for an approval that nobody can give any more.
   */
  async listOpenJobs(): Promise<{ id: string; rule: ReaperRule; stale: boolean }[]> {
    return this.context.manager.query(
      `SELECT v.id, r.rule, v.state = 'awaiting_approval' AND NOT EXISTS (
         SELECT FROM approval a WHERE a.workspace_id = $1 AND a.id = v.approval_id
           AND a.state IN ('pending', 'approved') AND a.lapses_at > now()) AS stale
       FROM reaper_run r JOIN revocation v ON v.workspace_id = r.workspace_id AND v.id = r.revocation_id
       WHERE r.workspace_id = $1 AND ${beforeItsEnd} ORDER BY v.id`,
      [this.context.workspace],
    );
  }

  /** Whether somebody cancelled or refused a rule's job within 24 hours, and the policy is the same since. */
  async wasRefused(rule: ReaperRule): Promise<boolean> {
    const [row] = await this.context.manager.query<{ found: boolean }[]>(
      `SELECT EXISTS (SELECT FROM reaper_run r
         JOIN revocation v ON v.workspace_id = r.workspace_id AND v.id = r.revocation_id
         JOIN reaper_policy p ON p.workspace_id = r.workspace_id AND p.updated_at < r.started_at
         WHERE r.workspace_id = $1 AND r.rule = $2 AND r.started_at > now() - interval '24 hours'
           AND v.state IN ('cancelled', 'rejected')) AS found`,
      [this.context.workspace, rule],
    );
    return row!.found;
  }

  /** What it revoked within 24 hours, and what its jobs are still to revoke. */
  async countRevoked(): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM reaper_run r
       JOIN revocation v ON v.workspace_id = r.workspace_id AND v.id = r.revocation_id
       JOIN revocation_target t ON t.workspace_id = v.workspace_id AND t.revocation_id = v.id
       WHERE r.workspace_id = $1 AND (v.finished_at IS NULL OR v.finished_at > now() - interval '24 hours')
         AND (t.state = 'killed' AND t.changed_at > now() - interval '24 hours'
           OR t.state = 'waiting' AND ${beforeItsEnd})`,
      [this.context.workspace],
    );
    return row!.count;
  }

  /** What it erased within 24 hours. */
  async countErased(): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT coalesce(sum(total), 0)::integer AS count FROM reaper_run
       WHERE workspace_id = $1 AND rule = 'erase' AND started_at > now() - interval '24 hours'`,
      [this.context.workspace],
    );
    return row!.count;
  }
}
