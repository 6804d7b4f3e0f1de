import { AuditEntry } from '../entities/audit-entry.entity.js';
import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

/** What a list of audit entries is narrowed by; everything given must hold. */
export interface AuditFilter {
  /** The actor's id. */
  actor?: string;
  action?: string;
  /** The subject's id. */
  subject?: string;
  after?: Date;
  before?: Date;
}

/** An entry as it was written and hashed. */
export interface ListedAuditEntry {
  id: string;
  at: string;
  sequence: number;
  actor: AuditActor;
  action: string;
  subject: { type: string; id: string };
  detail?: Record<string, unknown>;
  requestId?: string;
}

/** Lists of audit entries by filter, for the roles that may read them. */
export class AuditQueryRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first, after the sequence in the cursor. */
  async list(filter: AuditFilter, limit: number, afterSequence?: number): Promise<ListedAuditEntry[]> {
    const query = this.context.manager
      .createQueryBuilder(AuditEntry, 'entry')
      .where('entry.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('entry.sequence', 'DESC')
      .limit(limit);
    const { actor, action, subject, after, before } = filter;
    if (actor !== undefined) query.andWhere('entry.actorId = :actor', { actor });
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (subject !== undefined) query.andWhere('entry.subjectId = :subject', { subject });
    if (after) {
      query.andWhere('entry.at > :after', { after });
      const first = await this.sequenceAt(new Date(after.getTime() - apartMs));
      query.andWhere('entry.sequence >= :first', { first });
    }
    if (before) {
      query.andWhere('entry.at < :before', { before });
      const end = await this.sequenceAt(new Date(before.getTime() + apartMs));
      query.andWhere('entry.sequence < :end', { end });
    }
    if (afterSequence !== undefined) query.andWhere('entry.sequence < :afterSequence', { afterSequence });
    return (await query.getMany()).map(listed);
  }

  async find(id: string): Promise<ListedAuditEntry | undefined> {
    const entry = await this.context.manager.findOneBy(AuditEntry, {
      workspaceId: this.context.workspace,
      id,
    });
    return entry ? listed(entry) : undefined;
  }

  /** Every action that there is an entry of: one look into the index for each. */
  async actions(): Promise<string[]> {
    const rows = await this.context.manager.query<{ action: string }[]>(
      `WITH RECURSIVE a (action) AS (
         (SELECT action FROM audit_entry WHERE workspace_id = $1 ORDER BY action LIMIT 1)
         UNION ALL
         SELECT (SELECT e.action FROM audit_entry e WHERE e.workspace_id = $1 AND e.action > a.action ORDER BY e.action LIMIT 1)
         FROM a WHERE a.action IS NOT NULL
       ) SELECT action FROM a WHERE action IS NOT NULL ORDER BY 1`,
      [this.context.workspace],
    );
    return rows.map(({ action }) => action);
  }

  /** The sequence of the first entry from a time on, found by halving: no index has the time, and every refresh would pay for one. */
  private async sequenceAt(time: Date): Promise<number> {
    const rows = await this.context.manager.query<{ lo: number | null }[]>(
      `WITH RECURSIVE b (lo, hi) AS (
         SELECT (SELECT sequence FROM audit_entry WHERE workspace_id = $1 ORDER BY sequence LIMIT 1),
           (SELECT sequence + 1 FROM audit_entry WHERE workspace_id = $1 ORDER BY sequence DESC LIMIT 1)
         UNION ALL
         SELECT CASE WHEN e.at < $2 THEN e.sequence + 1 ELSE b.lo END, CASE WHEN e.at < $2 THEN b.hi ELSE m.mid END
         FROM b CROSS JOIN LATERAL (SELECT (b.lo + b.hi) / 2 AS mid) m
         LEFT JOIN LATERAL (SELECT n.sequence, n.at FROM audit_entry n WHERE n.workspace_id = $1
           AND n.sequence >= m.mid AND n.sequence < b.hi ORDER BY n.sequence LIMIT 1) e ON true
         WHERE b.lo < b.hi
       ) SELECT lo FROM b WHERE lo >= hi LIMIT 1`,
      [this.context.workspace, time],
    );
    return rows[0]?.lo ?? 0;
  }
}

/** Entries are in sequence as they were written, with the clock of whoever wrote them: they differ by less than this. */
const apartMs = 600_000;

type WrittenEntry = Omit<ListedAuditEntry, 'sequence' | 'requestId'> & { request_id?: string };

function listed({ entry, sequence }: AuditEntry): ListedAuditEntry {
  const { request_id: requestId, ...written } = JSON.parse(entry.toString('utf8')) as WrittenEntry;
  const { id, at, actor, action, subject, detail } = written;
  return { id, at, sequence, actor, action, subject, detail, requestId };
}
