import type { TransactionContext } from '../transaction.js';

/** How the workspace's background work keeps up. Ages in ms by the database's clock; null where nothing waits. */
export interface EngineHealth {
  /** Slots that will be renewed. */
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

// The two halves of the waiting events are those of the outbox's two partial indexes.
const HEALTH = `SELECT * FROM
  (SELECT count(*) AS "scheduledSlots", count(*) FILTER (WHERE refresh_due_at <= now()) AS "overdueSlots",
     CASE WHEN min(refresh_due_at) <= now() THEN ${ageOf('refresh_due_at')} END AS "oldestOverdueMs",
     min(refresh_due_at) FILTER (WHERE refresh_due_at > now()) AS "nextDueAt"
   FROM connection_slot WHERE workspace_id = $1 AND refresh_due_at IS NOT NULL) slots,
  (SELECT count(*) AS "openAttempts", ${ageOf('started_at')} AS "oldestOpenAttemptMs"
   FROM refresh_attempt WHERE workspace_id = $1 AND closed_at IS NULL) attempts,
  (SELECT count(*) AS "unpublishedEvents", ${ageOf('occurred_at')} AS "oldestUnpublishedMs"
   FROM (SELECT occurred_at FROM outbox_event WHERE workspace_id = $1 AND position IS NULL
         UNION ALL SELECT occurred_at FROM outbox_event
         WHERE workspace_id = $1 AND position IS NOT NULL AND published_at IS NULL) waiting) events,
  (SELECT count(*) AS "pendingRevocationItems", ${ageOf('r.created_at')} AS "oldestPendingRevocationMs"
   FROM revocation_item i JOIN revocation r ON r.workspace_id = i.workspace_id AND r.id = i.revocation_id
   WHERE i.workspace_id = $1 AND i.state = 'pending') revocations`;
