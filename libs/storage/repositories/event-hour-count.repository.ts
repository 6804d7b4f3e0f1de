import type { TransactionContext } from '../transaction.js';

/** One hour of UTC; `hour` is its beginning. */
export interface HourCount {
  hour: Date;
  refreshed: number;
  refreshFailed: number;
  authorized: number;
  needsReauthorization: number;
  revoked: number;
}

/** Events counted by hour, integration and type, which outlive the events themselves. */
export class EventHourCountRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Adds the events after one position up to another. Adding them twice counts them twice: move a cursor with it. */
  async addEvents(after: number, upTo: number): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO event_hour_count AS h (workspace_id, hour, integration_id, type, count)
       SELECT workspace_id, date_trunc('hour', occurred_at, 'UTC'), coalesce(data ->> 'integration', ''), type, count(*)
       FROM outbox_event WHERE workspace_id = $1 AND position > $2 AND position <= $3 GROUP BY 1, 2, 3, 4
       ON CONFLICT (workspace_id, hour, integration_id, type) DO UPDATE SET count = h.count + excluded.count`,
      [this.context.workspace, after, upTo],
    );
  }

  /** The last `hours` hours, oldest first, this one included; an hour without events has zeros. */
  async listHours(hours: number, integration?: string): Promise<HourCount[]> {
    return this.context.manager.query(
      `SELECT h.hour, ${sumOf('token.refreshed')} AS refreshed, ${sumOf('token.refresh_failed')} AS "refreshFailed",
         ${sumOf('connection.authorized')} AS authorized,
         ${sumOf('connection.needs_reauthorization')} AS "needsReauthorization",
         ${sumOf('connection.revoking')} AS revoked
       FROM generate_series(date_trunc('hour', now(), 'UTC') - ($2::integer - 1) * interval '1 hour',
         date_trunc('hour', now(), 'UTC'), interval '1 hour') AS h (hour)
       LEFT JOIN event_hour_count c
         ON c.workspace_id = $1 AND c.hour = h.hour AND ($3::text IS NULL OR c.integration_id = $3)
       GROUP BY h.hour ORDER BY h.hour`,
      [this.context.workspace, hours, integration ?? null],
    );
  }
}

function sumOf(type: string): string {
  return `coalesce(sum(c.count) FILTER (WHERE c.type = '${type}'), 0)::bigint`;
}
