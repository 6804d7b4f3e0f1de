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
    const range = await this.range(filter, afterSequence);
    if (actor !== undefined && action === undefined && subject === undefined) {
      const sequences = await this.newestOf(actor, filter, range, limit);
      return (await query.andWhere('entry.sequence = ANY (:sequences)', { sequences }).getMany()).map(listed);
    }
    if (actor !== undefined) query.andWhere('entry.actorId = :actor', { actor });
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (subject !== undefined) query.andWhere('entry.subjectId = :subject', { subject });
    if (after) query.andWhere('entry.at > :after', { after });
    if (before) query.andWhere('entry.at < :before', { before });
    if (range.first !== null) query.andWhere('entry.sequence >= :first', { first: range.first });
    if (range.end !== null) query.andWhere('entry.sequence < :end', { end: range.end });
    return (await query.getMany()).map(listed);
  }

  /** Of an actor, whose entries an index has by action: the newest of each, and of those the newest. */
  private async newestOf(
    actor: string,
    { after, before }: AuditFilter,
    { first, end }: SequenceRange,
    limit: number,
  ): Promise<number[]> {
    const rows = await this.context.manager.query<{ sequence: number }[]>(
      `SELECT n.sequence FROM unnest($3::text[]) AS a (action) CROSS JOIN LATERAL (
         SELECT e.sequence FROM audit_entry e WHERE e.workspace_id = $1 AND e.actor_id = $2 AND e.action = a.action
           AND ($5::bigint IS NULL OR e.sequence >= $5) AND ($6::bigint IS NULL OR e.sequence < $6)
           AND ($7::timestamptz IS NULL OR e.at > $7) AND ($8::timestamptz IS NULL OR e.at < $8)
         ORDER BY e.sequence DESC LIMIT $4) n
       ORDER BY n.sequence DESC LIMIT $4`,
      [this.context.workspace, actor, await this.actions(), limit, first, end, after ?? null, before ?? null],
    );
    return rows.map(({ sequence }) => sequence);
  }

  /** Where entries of a filter's times, before the cursor, can be. */
  private async range({ after, before }: AuditFilter, afterSequence?: number): Promise<SequenceRange> {
    const first = after ? await this.sequenceAt(new Date(after.getTime() - apartMs)) : null;
    const last = before ? await this.sequenceAt(new Date(before.getTime() + apartMs)) : null;
    const ends = [last, afterSequence ?? null].filter((end) => end !== null);
    return { first, end: ends.length > 0 ? Math.min(...ends) : null };
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

interface SequenceRange {
  first: number | null;
  /** Exclusive. */
  end: number | null;
}

/** Entries are in sequence as they were written, with the clock of whoever wrote them: they differ by less than this. */
const apartMs = 600_000;

type WrittenEntry = Omit<ListedAuditEntry, 'sequence' | 'requestId'> & { request_id?: string };

function listed({ entry, sequence }: AuditEntry): ListedAuditEntry {
  const { request_id: requestId, ...written } = JSON.parse(entry.toString('utf8')) as WrittenEntry;
  const { id, at, actor, action, subject, detail } = written;
  return { id, at, sequence, actor, action, subject, detail, requestId };
}
