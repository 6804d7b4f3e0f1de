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
    if (after) query.andWhere('entry.at > :after', { after });
    if (before) query.andWhere('entry.at < :before', { before });
    if (afterSequence !== undefined) query.andWhere('entry.sequence < :afterSequence', { afterSequence });
    return (await query.getMany()).map(listed);
  }
}

type WrittenEntry = Omit<ListedAuditEntry, 'sequence' | 'requestId'> & { request_id?: string };

function listed({ entry, sequence }: AuditEntry): ListedAuditEntry {
  const { request_id: requestId, ...written } = JSON.parse(entry.toString('utf8')) as WrittenEntry;
  const { id, at, actor, action, subject, detail } = written;
  return { id, at, sequence, actor, action, subject, detail, requestId };
}
