import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

export const approvalStates = ['pending', 'approved', 'rejected', 'withdrawn', 'lapsed'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** What somebody asked a second human for, and what became of it. */
export interface Approval {
  id: string;
  action: string;
  subject: { type: string; id: string };
  content: Record<string, unknown>;
  contentHash: string;
  reason: string;
  /** One past its time is lapsed, whether or not that was written down yet. */
  state: ApprovalState;
  requestedBy: AuditActor;
  /** Null where nobody knows who made the key that asked. */
  requestedByPerson: string | null;
  requestedAt: Date;
  lapsesAt: Date;
  decidedBy: AuditActor | null;
  decidedAt: Date | null;
  comment: string | null;
  usedAt: Date | null;
}

export interface NewApproval {
  action: string;
  subject: { type: string; id: string };
  content: Record<string, unknown>;
  contentHash: string;
  reason: string;
  requestedBy: AuditActor;
  requestedByPerson: string | null;
  lapseSeconds: number;
}

const state = `CASE WHEN state = 'pending' AND lapses_at <= now() THEN 'lapsed' ELSE state END`;
const columns = `id, action, json_build_object('type', subject_type, 'id', subject_id) AS subject, content,
  content_hash AS "contentHash", reason, ${state} AS state, requested_by AS "requestedBy",
  requested_by_person AS "requestedByPerson", requested_at AS "requestedAt", lapses_at AS "lapsesAt",
  decided_by AS "decidedBy", decided_at AS "decidedAt", comment, used_at AS "usedAt"`;

/** Approvals: what was asked for never changes, and each step of its fate is taken once. */
export class ApprovalRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(approval: NewApproval): Promise<Approval> {
    const rows = await this.context.manager.query<Approval[]>(
      `INSERT INTO approval (workspace_id, id, action, subject_type, subject_id, content, content_hash, reason,
         requested_by, requested_by_person, lapses_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(secs => $11)) RETURNING ${columns}`,
      [
        this.context.workspace,
        newId('apr'),
        approval.action,
        approval.subject.type,
        approval.subject.id,
        JSON.stringify(approval.content),
        approval.contentHash,
        approval.reason,
        JSON.stringify(approval.requestedBy),
        approval.requestedByPerson,
        approval.lapseSeconds,
      ],
    );
    return rows[0]!;
  }

  async find(id: string): Promise<Approval | undefined> {
    const rows = await this.context.manager.query<Approval[]>(
      `SELECT ${columns} FROM approval WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
    return rows[0];
  }

  /** Newest first; after the one in the cursor. */
  async list(wanted: ApprovalState | undefined, limit: number, after?: string): Promise<Approval[]> {
    return this.context.manager.query<Approval[]>(
      `SELECT ${columns} FROM approval
       WHERE workspace_id = $1 AND ($2::text IS NULL OR ${state} = $2) AND ($3::text IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [this.context.workspace, wanted ?? null, after ?? null, limit],
    );
  }

  /** Decides one that waits; undefined where somebody else did before, or time did. */
  async decide(
    id: string,
    fate: 'approved' | 'rejected' | 'withdrawn',
    by: AuditActor,
    comment?: string,
  ): Promise<Approval | undefined> {
    return this.changed(
      `UPDATE approval SET state = $3, decided_by = $4, decided_at = now(), comment = $5
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND lapses_at > now()`,
      [id, fate, JSON.stringify(by), comment ?? null],
    );
  }

  /** Writes down that one was decided by nobody; undefined where that was done before. */
  async lapse(id: string): Promise<Approval | undefined> {
    return this.changed(
      `UPDATE approval SET state = 'lapsed', decided_at = now()
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND lapses_at <= now()`,
      [id],
    );
  }

  /** Takes one that was approved, once and for all, before it would have lapsed. */
  async use(id: string): Promise<Approval | undefined> {
    return this.changed(
      `UPDATE approval SET used_at = now()
       WHERE workspace_id = $1 AND id = $2 AND state = 'approved' AND used_at IS NULL AND lapses_at > now()`,
      [id],
    );
  }

  /** Withdraws all that a person asked for, by themselves or with a key of theirs, and that still waits. */
  async withdrawAllOf(person: string, by: AuditActor): Promise<Approval[]> {
    return this.allChanged(
      `UPDATE approval SET state = 'withdrawn', decided_by = $3, decided_at = now()
       WHERE workspace_id = $1 AND requested_by_person = $2 AND state = 'pending' AND lapses_at > now()`,
      [person, JSON.stringify(by)],
    );
  }

  /** Those of `persons` who are the same human as `person`: themselves, or of the same verified address. */
  async findSameHumans(person: string, persons: readonly string[]): Promise<Set<string>> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT id FROM unnest($2::text[]) AS id WHERE id = $1 OR are_one_human($1, id)`,
      [person, persons],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async changed(sql: string, values: unknown[]): Promise<Approval | undefined> {
    return (await this.allChanged(sql, values))[0];
  }

  /** TypeORM answers an UPDATE with its rows and their count. */
  private async allChanged(sql: string, values: unknown[]): Promise<Approval[]> {
    const [rows] = await this.context.manager.query<[Approval[], number]>(`${sql} RETURNING ${columns}`, [
      this.context.workspace,
      ...values,
    ]);
    return rows;
  }
}
