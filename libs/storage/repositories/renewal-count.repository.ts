import type { TransactionContext } from '../transaction.js';

/** The renewals of one hour of UTC that ended in one way. */
export interface RenewalOutcome {
  hour: Date;
  /** `renewed`, or the class of the failure. */
  outcome: string;
  count: number;
}

/** How a provider did over some hours. */
export interface ProviderRenewals {
  provider: string;
  renewed: number;
  failed: number;
  /** Of those that were renewed; null where there are none. */
  p50Ms: number | null;
  p95Ms: number | null;
}

/** Latencies are counted in steps of a tenth. */
const step = 1.1;

/** Renewals counted by hour, provider, outcome and latency, which outlive the events and the attempts. */
export class RenewalCountRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Adds the events after one position up to another. Adding them twice counts them twice: move a cursor with it. */
  async addEvents(after: number, upTo: number): Promise<void> {
    const { manager, workspace } = this.context;
    for (const statement of [OUTCOMES, LATENCIES]) await manager.query(statement, [workspace, after, upTo]);
  }

  /** The last `hours` hours, this one included, without those in which nothing was. */
  async listOutcomes(hours: number): Promise<RenewalOutcome[]> {
    return this.context.manager.query(
      `SELECT hour, outcome, sum(count)::bigint AS count FROM renewal_hour_count
       WHERE workspace_id = $1 AND hour >= ${SINCE} GROUP BY 1, 2 ORDER BY 1, 2`,
      [this.context.workspace, hours],
    );
  }

  /** Every provider with a renewal, the slowest first. */
  async listProviders(hours: number): Promise<ProviderRenewals[]> {
    return this.context.manager.query(PROVIDERS, [this.context.workspace, hours]);
  }
}

const SINCE = `date_trunc('hour', now(), 'UTC') - ($2::integer - 1) * interval '1 hour'`;

const OUTCOMES = `INSERT INTO renewal_hour_count AS h (workspace_id, hour, provider, outcome, count)
  SELECT workspace_id, date_trunc('hour', occurred_at, 'UTC'), coalesce(data ->> 'provider', ''),
    CASE type WHEN 'token.refreshed' THEN 'renewed' ELSE coalesce(data ->> 'failure_class', 'UNKNOWN') END, count(*)
  FROM outbox_event WHERE workspace_id = $1 AND position > $2 AND position <= $3
    AND type IN ('token.refreshed', 'token.refresh_failed') GROUP BY 1, 2, 3, 4
  ON CONFLICT (workspace_id, hour, provider, outcome) DO UPDATE SET count = h.count + excluded.count`;

// The attempt behind a generation is the one that began with the generation before.
const LATENCIES = `INSERT INTO renewal_latency_count AS h (workspace_id, hour, provider, bucket, count)
  SELECT e.workspace_id, date_trunc('hour', e.occurred_at, 'UTC'), coalesce(e.data ->> 'provider', ''),
    least(floor(ln(greatest(a.ms, 1)) / ln(${step})), 150)::smallint, count(*)
  FROM outbox_event e CROSS JOIN LATERAL (
    SELECT extract(epoch FROM r.closed_at - r.started_at) * 1000 AS ms FROM refresh_attempt r
    WHERE r.workspace_id = $1 AND r.connection_id = e.data ->> 'connection' AND r.slot = e.data ->> 'slot'
      AND r.base_generation = (e.data ->> 'generation')::integer - 1 AND r.state = 'promoted'
    ORDER BY r.started_at DESC LIMIT 1) a
  WHERE e.workspace_id = $1 AND e.position > $2 AND e.position <= $3 AND e.type = 'token.refreshed'
  GROUP BY 1, 2, 3, 4
  ON CONFLICT (workspace_id, hour, provider, bucket) DO UPDATE SET count = h.count + excluded.count`;

/** The middle of the first bucket at which so much of all is reached. */
function percentile(share: number): string {
  return `round(power(${step}, min(bucket) FILTER (WHERE below >= total * ${share}) + 0.5))::integer`;
}

const PROVIDERS = `WITH outcomes AS (
    SELECT provider, coalesce(sum(count) FILTER (WHERE outcome = 'renewed'), 0)::bigint AS renewed,
      coalesce(sum(count) FILTER (WHERE outcome <> 'renewed'), 0)::bigint AS failed
    FROM renewal_hour_count WHERE workspace_id = $1 AND hour >= ${SINCE} GROUP BY provider
  ), buckets AS (
    SELECT provider, bucket, sum(count) AS count FROM renewal_latency_count
    WHERE workspace_id = $1 AND hour >= ${SINCE} GROUP BY provider, bucket
  ), running AS (
    SELECT provider, bucket, sum(count) OVER (PARTITION BY provider ORDER BY bucket) AS below,
      sum(count) OVER (PARTITION BY provider) AS total FROM buckets
  ), latencies AS (
    SELECT provider, ${percentile(0.5)} AS p50, ${percentile(0.95)} AS p95 FROM running GROUP BY provider
  )
  SELECT o.provider, o.renewed, o.failed, l.p50 AS "p50Ms", l.p95 AS "p95Ms"
  FROM outcomes o LEFT JOIN latencies l ON l.provider = o.provider
  ORDER BY l.p95 DESC NULLS LAST, o.failed DESC, o.provider`;
