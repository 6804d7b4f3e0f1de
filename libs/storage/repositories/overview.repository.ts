import type { TransactionContext } from '../transaction.js';

export interface IntegrationCount {
  id: string;
  name: string;
  provider: string;
  state: string;
  connections: number;
  /** Connections by state; states without one are missing. */
  byState: Record<string, number>;
}

/** What the overview counts: the workspace's connections as they stand now. */
export class OverviewRepository {
  constructor(private readonly context: TransactionContext) {}

  async countByState(): Promise<{ state: string; count: number }[]> {
    return this.context.manager.query(
      `SELECT state, count(*) AS count FROM connection WHERE workspace_id = $1 GROUP BY state`,
      [this.context.workspace],
    );
  }

  /** Integrations with the most unhealthy connections first, then the largest. */
  async countByIntegration(limit: number): Promise<IntegrationCount[]> {
    return this.context.manager.query(
      `SELECT i.id, i.name, i.provider, i.state, coalesce(sum(c.count), 0)::bigint AS connections,
         coalesce(jsonb_object_agg(c.state, c.count) FILTER (WHERE c.state IS NOT NULL), '{}') AS "byState"
       FROM integration i LEFT JOIN (
         SELECT integration_id, state, count(*) AS count FROM connection
         WHERE workspace_id = $1 GROUP BY integration_id, state
       ) c ON c.integration_id = i.id
       WHERE i.workspace_id = $1 GROUP BY i.workspace_id, i.id
       ORDER BY coalesce(sum(c.count) FILTER (WHERE c.state IN ('degraded', 'needs_reauthorization', 'quarantined')), 0) DESC,
         connections DESC, i.id DESC LIMIT $2`,
      [this.context.workspace, limit],
    );
  }
}
