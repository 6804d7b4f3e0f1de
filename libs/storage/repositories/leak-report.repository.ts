import type { TransactionContext } from '../transaction.js';
import type { LeakAction } from './leak-policy.repository.js';

export interface NewLeakReport {
  id: string;
  source: string;
  connectionId: string;
  slot: string;
  generation: number;
  tokenKind: 'access' | 'refresh';
  /** Where it was found; empty where that is not told. */
  place: string;
  action: LeakAction;
}

export interface ClaimedLeakReport {
  connectionId: string;
  source: string;
  action: LeakAction;
}

/** Tokens that somebody found in the open: which, where, and whether what is to be done about it is done. */
export class LeakReportRepository {
  constructor(private readonly context: TransactionContext) {}

  /** False where the same find was reported before. One that asks for nothing but to be told is settled at once. */
  async insert(report: NewLeakReport): Promise<boolean> {
    const rows = await this.context.manager.query<object[]>(
      `INSERT INTO leak_report (workspace_id, id, source, connection_id, slot, generation, token_kind, place, action,
         next_attempt_at, settled_at, outcome)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9 <> 'notify' THEN now() END,
         CASE WHEN $9 = 'notify' THEN now() END, CASE WHEN $9 = 'notify' THEN 'notified' END)
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        this.context.workspace,
        report.id,
        report.source,
        report.connectionId,
        report.slot,
        report.generation,
        report.tokenKind,
        report.place,
        report.action,
      ],
    );
    return rows.length === 1;
  }

  /** Takes one that is due for `leaseMs`; undefined where somebody else has it, or it is settled. */
  async claim(id: string, leaseMs: number): Promise<ClaimedLeakReport | undefined> {
    const [rows] = await this.context.manager.query<[ClaimedLeakReport[], number]>(
      `UPDATE leak_report SET next_attempt_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND settled_at IS NULL AND next_attempt_at <= now()
       RETURNING connection_id AS "connectionId", source, action`,
      [this.context.workspace, id, leaseMs],
    );
    return rows[0];
  }

  async settle(id: string, outcome: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE leak_report SET settled_at = now(), next_attempt_at = NULL, outcome = $3
       WHERE workspace_id = $1 AND id = $2 AND settled_at IS NULL`,
      [this.context.workspace, id, outcome],
    );
  }
}
