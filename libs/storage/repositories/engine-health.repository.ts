import type { TransactionContext } from '../transaction.js';

/** How the workspace's background work keeps up. Ages in ms by the database's clock; null where nothing waits. */
export interface EngineHealth {
  /** Slots that will be renewed; counted up to `mostSlotsCounted`, as are those that are due. */
  scheduledSlots: number;
  /** Slots whose due time is past. */
  overdueSlots: number;
  oldestOverdueMs: number | null;
  nextDueAt: Date | null;
  /** Attempts whose end is not known yet. */
  openAttempts: number;
  oldestOpenAttemptMs: number | null;
  /** Events not yet published. */
  unpublishedEvents: number;
  oldestUnpublishedMs: number | null;
  /** Tokens that a provider has still to be told to revoke. */
  pendingRevocationItems: number;
  oldestPendingRevocationMs: number | null;
}

/** Waiting work, counted where it lives: in Postgres. */
export class EngineHealthRepository {
  constructor(private readonly context: TransactionContext) {}

  async read(): Promise<EngineHealth> {
    const [row] = await this.context.manager.query<EngineHealth[]>(HEALTH, [this.context.workspace]);
    return row!;
  }
}

function ageOf(column: string): string {
  return `round(extract(epoch FROM clock_timestamp() - min(${column})) * 1000)::bigint`;
}

/** Nobody needs to know more exactly how many: counting a million takes longer than anybody waits. */
const mostSlotsCounted = 10_000;

const ofWorkspace = 'FROM connection_slot WHERE workspace_id = $1 AND';
// Claimed or not: the two partial indexes that hold what is due.
const overdue = `(SELECT refresh_due_at ${ofWorkspace} claimed_until IS NULL AND refresh_due_at <= now()
    ORDER BY refresh_due_at LIMIT ${mostSlotsCounted})
  UNION ALL (SELECT refresh_due_at ${ofWorkspace} claimed_until IS NOT NULL AND refresh_due_at <= now() LIMIT ${mostSlotsCounted})`;

// The two halves of the waiting events are those of the outbox's two partial indexes.
const HEALTH = `SELECT * FROM
  (SELECT count(*) AS "scheduledSlots" FROM
     (SELECT ${ofWorkspace} refresh_due_at IS NOT NULL LIMIT ${mostSlotsCounted}) counted) scheduled,
  (SELECT least(count(*), ${mostSlotsCounted}) AS "overdueSlots", ${ageOf('refresh_due_at')} AS "oldestOverdueMs"
   FROM (${overdue}) counted) slots,
  (SELECT (SELECT refresh_due_at ${ofWorkspace} claimed_until IS NULL AND refresh_due_at > now()
     ORDER BY refresh_due_at LIMIT 1) AS "nextDueAt") next,
  (SELECT count(*) AS "openAttempts", ${ageOf('started_at')} AS "oldestOpenAttemptMs"
   FROM refresh_attempt WHERE workspace_id = $1 AND closed_at IS NULL) attempts,
  (SELECT count(*) AS "unpublishedEvents", ${ageOf('occurred_at')} AS "oldestUnpublishedMs"
   FROM (SELECT occurred_at FROM outbox_event WHERE workspace_id = $1 AND position IS NULL
         UNION ALL SELECT occurred_at FROM outbox_event
         WHERE workspace_id = $1 AND position IS NOT NULL AND published_at IS NULL) waiting) events,
  (SELECT count(*) AS "pendingRevocationItems", ${ageOf('r.created_at')} AS "oldestPendingRevocationMs"
   FROM revocation_item i JOIN revocation r ON r.workspace_id = i.workspace_id AND r.id = i.revocation_id
   WHERE i.workspace_id = $1 AND i.state = 'pending') revocations`;
