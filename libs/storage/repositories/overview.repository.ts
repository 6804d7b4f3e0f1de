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

/** An integration that renews nothing until somebody resumes it. */
export interface PausedIntegration {
  id: string;
  name: string;
  provider: string;
  reason: string | null;
}

/** What the overview counts: the workspace's connections as they stand now. Kept as counts, and so exact at any size. */
export class OverviewRepository {
  constructor(private readonly context: TransactionContext) {}

  async countByState(): Promise<{ state: string; count: number }[]> {
    return this.context.manager.query(
      `SELECT state, sum(count)::bigint AS count FROM connection_count WHERE workspace_id = $1
       GROUP BY state HAVING sum(count) <> 0`,
      [this.context.workspace],
    );
  }

  /** Living connections of each provider, the largest first. */
  async countByProvider(): Promise<{ provider: string; count: number }[]> {
    return this.context.manager.query(
      `SELECT provider, sum(count)::bigint AS count FROM connection_count
       WHERE workspace_id = $1 AND state NOT IN ('revoking', 'revoked', 'expired')
       GROUP BY provider HAVING sum(count) <> 0 ORDER BY count DESC, provider`,
      [this.context.workspace],
    );
  }

  /** Integrations with the most unhealthy connections first, then the largest. */
  async countByIntegration(limit: number): Promise<IntegrationCount[]> {
    return this.context.manager.query(
      `SELECT i.id, i.name, i.provider, i.state, coalesce(sum(c.count), 0)::bigint AS connections,
         coalesce(jsonb_object_agg(c.state, c.count) FILTER (WHERE c.state IS NOT NULL), '{}') AS "byState"
       FROM integration i LEFT JOIN (
         SELECT integration_id, state, sum(count)::bigint AS count FROM connection_count
         WHERE workspace_id = $1 GROUP BY integration_id, state HAVING sum(count) <> 0
       ) c ON c.integration_id = i.id
       WHERE i.workspace_id = $1 GROUP BY i.workspace_id, i.id
       ORDER BY coalesce(sum(c.count) FILTER (WHERE c.state IN ('degraded', 'needs_reauthorization', 'quarantined')), 0) DESC,
         connections DESC, i.id DESC LIMIT $2`,
      [this.context.workspace, limit],
    );
  }

  async countWaitingApprovals(): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM approval WHERE workspace_id = $1 AND state = 'pending' AND lapses_at > now()`,
      [this.context.workspace],
    );
    return row!.count;
  }

  async countPausedIntegrations(): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM integration WHERE workspace_id = $1 AND state = 'paused'`,
      [this.context.workspace],
    );
    return row!.count;
  }

  async listPausedIntegrations(limit: number): Promise<PausedIntegration[]> {
    return this.context.manager.query(
      `SELECT id, name, provider, paused_reason AS reason FROM integration
       WHERE workspace_id = $1 AND state = 'paused' ORDER BY updated_at DESC, id LIMIT $2`,
      [this.context.workspace, limit],
    );
  }
}
