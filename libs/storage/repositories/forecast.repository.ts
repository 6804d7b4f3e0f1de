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

/** So many slots are looked at one by one within a few ms; of more, as many are drawn. */
const exactUpTo = 50_000;

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
    return Math.max(0.1, (100 * exactUpTo) / Math.max(row!.rows, connections));
  }

  /** Tokens that are renewed ahead, by the hour in which they end; those already ended apart. */
  async due(hours: number, sample: Sample): Promise<{ overdue: number; hours: DueHour[] }> {
    const { manager, workspace } = this.context;
    const rows = await manager.query<{ hour: Date | null; count: number }[]>(
      `SELECT CASE WHEN s.expires_at >= now() THEN date_trunc('hour', s.expires_at, 'UTC') END AS hour, ${scaled('$3')} AS count
       FROM ${drawn(sample, '$3')} s
       WHERE s.workspace_id = $1 AND s.refresh_due_at IS NOT NULL
         AND s.expires_at < date_trunc('hour', now(), 'UTC') + $2 * interval '1 hour'
       GROUP BY 1`,
      [workspace, hours, sample],
    );
    const counted = new Map(rows.map(({ hour, count }) => [hour?.getTime() ?? 0, count]));
    const [first] = await manager.query<{ hour: Date }[]>(`SELECT date_trunc('hour', now(), 'UTC') AS hour`);
    const start = first!.hour.getTime();
    const all = Array.from({ length: hours }, (_, nth) => new Date(start + nth * 3_600_000));
    return {
      overdue: counted.get(0) ?? 0,
      hours: all.map((hour) => ({ hour, count: counted.get(hour.getTime()) ?? 0 })),
    };
  }

  /** Connections of users who must consent again, by day and provider; without those that are over. */
  async consents(days: number, sample: Sample): Promise<ConsentDay[]> {
    const { manager, workspace } = this.context;
    return manager.query(
      `SELECT date_trunc('day', s.reauthorize_by, 'UTC') AS day, c.provider, ${scaled('$3')} AS count
       FROM ${drawn(sample, '$3')} s JOIN connection c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
       WHERE s.workspace_id = $1 AND c.state IN ('active', 'degraded') AND s.reauthorize_by > now()
         AND s.reauthorize_by < date_trunc('day', now(), 'UTC') + $2 * interval '1 day'
       GROUP BY 1, 2`,
      [workspace, days, sample],
    );
  }
}

/** REPEATABLE: the same blocks at every look, so that a figure moves because something changed. */
function drawn(sample: Sample, parameter: string): string {
  if (sample >= 100) return `connection_slot`;
  return `(SELECT * FROM connection_slot TABLESAMPLE SYSTEM (${parameter}::real) REPEATABLE (1))`;
}

function scaled(parameter: string): string {
  return `round(count(*) * 100 / ${parameter}::double precision)::bigint`;
}
