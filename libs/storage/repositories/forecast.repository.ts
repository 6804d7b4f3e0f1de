import type { TransactionContext } from '../transaction.js';

/** Tokens that end in one hour of UTC. */
export interface DueHour {
  hour: Date;
  count: number;
}

/** Users of one provider whose consent ends on one day of UTC. */
export interface ConsentDay {
  day: Date;
  provider: string;
  count: number;
}

/** How much of the table is looked at, in percent; 100 is exact. */
export type Sample = number;

/** So many slots are looked at one by one within a few ms; of more, about as many are drawn. */
const exactUpTo = 12_500;
/** Where the workspace is a small part of a large table, no more than this is looked at for it. */
const looksUpTo = 150_000;

/**
 * What is to come, out of the slots. They change with every renewal, so that counts of them would cost each renewal
 * something: they are looked at instead, all of them or some blocks of the table, chosen at random.
 */
export class ForecastRepository {
  constructor(private readonly context: TransactionContext) {}

  /** @param connections how many the workspace has */
  async sampleFor(connections: number): Promise<Sample> {
    if (connections <= exactUpTo) return 100;
    const [row] = await this.context.manager.query<{ rows: number }[]>(
      `SELECT greatest(reltuples, 0)::bigint AS rows FROM pg_class WHERE oid = 'connection_slot'::regclass`,
    );
    const share = Math.min(exactUpTo / connections, looksUpTo / Math.max(row!.rows, connections));
    return Math.max(0.01, 100 * share);
  }

  /** Tokens that are renewed ahead, by the hour in which they end; those already ended apart. */
  async due(hours: number, sample: Sample): Promise<{ overdue: number; hours: DueHour[] }> {
    const { manager, workspace } = this.context;
    const [clock] = await manager.query<{ now: Date }[]>(`SELECT now() AS now`);
    const start = clock!.now.getTime() - (clock!.now.getTime() % hourMs);
    const rows = await manager.query<{ hour: Date | null; count: number }[]>(DUE(sample), [
      workspace,
      sample,
      clock!.now,
      new Date(start),
      new Date(start + hours * hourMs),
    ]);
    const counted = new Map(rows.map(({ hour, count }) => [hour?.getTime() ?? 0, count]));
    const all = Array.from({ length: hours }, (_, nth) => new Date(start + nth * hourMs));
    return {
      overdue: counted.get(0) ?? 0,
      hours: all.map((hour) => ({ hour, count: counted.get(hour.getTime()) ?? 0 })),
    };
  }

  /** Connections of users who must consent again, by day and provider; without those that are over. */
  async consents(days: number, sample: Sample): Promise<ConsentDay[]> {
    return this.context.manager.query(CONSENTS(sample), [this.context.workspace, sample, days]);
  }
}

const hourMs = 3_600_000;

/** REPEATABLE: the same blocks at every look, so that a figure moves because something changed. $2 is the sample. */
function drawn(sample: Sample): string {
  if (sample >= 100) return `(SELECT * FROM connection_slot WHERE $2::real = 100)`;
  return `(SELECT * FROM connection_slot TABLESAMPLE SYSTEM ($2::real) REPEATABLE (1))`;
}

const scaled = `round(count(*) * 100 / $2::double precision)::bigint`;

// What is done a row is kept small: bounds are values, and date_bin is a division.
const DUE = (sample: Sample) =>
  `SELECT CASE WHEN s.expires_at >= $3 THEN date_bin('1 hour', s.expires_at, $4) END AS hour, ${scaled} AS count
   FROM ${drawn(sample)} s
   WHERE s.workspace_id = $1 AND s.refresh_due_at IS NOT NULL AND s.expires_at < $5 GROUP BY 1`;

// Few of the slots that are drawn have an end in sight: their connections are met one by one, by the primary key.
const CONSENTS = (sample: Sample) =>
  `SELECT date_trunc('day', s.reauthorize_by, 'UTC') AS day, c.provider, ${scaled} AS count
   FROM (SELECT date_trunc('day', now(), 'UTC') + $3 * interval '1 day' AS at OFFSET 0) latest, ${drawn(sample)} s
   CROSS JOIN LATERAL (SELECT c.provider, c.state FROM connection c
     WHERE c.workspace_id = $1 AND c.id = s.connection_id OFFSET 0) c
   WHERE s.workspace_id = $1 AND c.state IN ('active', 'degraded') AND s.reauthorize_by > now()
     AND s.reauthorize_by < latest.at
   GROUP BY 1, 2`;
