import type { ConnectionTags } from '#oauth';
import type { SelectQueryBuilder } from 'typeorm';
import { Connection } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';
import { narrow, type ConnectionFilter } from './connection-filter.js';

/** How many of the selected connections share integration, state and grant type. */
export interface SelectedGroup {
  provider: string;
  integration: string;
  state: string;
  grantType: string;
  count: number;
}

export interface SelectedConnection {
  id: string;
  provider: string;
  integration: string;
  endUser: string | null;
  tags: ConnectionTags;
  state: string;
  createdAt: Date;
}

/** What a selector finds at this moment. */
export class SelectionRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Over every state. */
  async groups(selection: ConnectionFilter): Promise<SelectedGroup[]> {
    return this.query(selection)
      .select('connection.provider', 'provider')
      .addSelect('connection.integrationId', 'integration')
      .addSelect('connection.state', 'state')
      .addSelect('connection.grantType', 'grantType')
      .addSelect('count(*)::integer', 'count')
      .groupBy('1, 2, 3, 4')
      .orderBy('1, 2, 3, 4')
      .getRawMany<SelectedGroup>();
  }

  async countEndUsers(selection: ConnectionFilter, states: readonly string[]): Promise<number> {
    const [sql, values] = this.query(selection, states)
      .select('connection.endUserId', 'id')
      .distinct()
      .getQueryAndParameters() as [string, unknown[]];
    // Half a million are sooner found different by their hashes than by sorting them, as count(DISTINCT) would.
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(id)::integer AS count FROM (${sql}) AS found`,
      values,
    );
    return row!.count;
  }

  /** By integration, of those named: how many have a living grant of the same person beside them that is not selected. */
  async countBesideOthers(
    selection: ConnectionFilter,
    states: readonly string[],
    integrations: readonly string[],
  ): Promise<Map<string, number>> {
    const { sql, values } = this.idsStatement(selection, states);
    const [workspace, those] = [values.length + 1, values.length + 2];
    const inThose = `c.workspace_id = $${workspace} AND c.integration_id = ANY ($${those}::text[])`;
    // Two joins by one name each, which Postgres can begin from either side: few selected, or few others.
    const rows = await this.context.manager.query<{ integration: string; count: number }[]>(
      `WITH selected AS MATERIALIZED (
         SELECT c.id, c.integration_id, c.subject, c.end_user_id FROM connection c
         WHERE ${inThose} AND c.id IN (${sql})),
       others AS NOT MATERIALIZED (
         SELECT c.integration_id, c.subject, c.end_user_id FROM connection c
         WHERE ${inThose} AND c.state NOT IN ('revoking', 'revoked', 'expired')
           AND NOT EXISTS (SELECT FROM selected s WHERE s.id = c.id))
       SELECT integration_id AS integration, count(*)::integer AS count FROM (
         SELECT s.integration_id, s.id FROM selected s JOIN others o USING (integration_id, subject)
         UNION SELECT s.integration_id, s.id FROM selected s JOIN others o USING (integration_id, end_user_id)
       ) AS beside GROUP BY 1`,
      [...values, this.context.workspace, [...integrations]],
    );
    return new Map(rows.map(({ integration, count }) => [integration, count]));
  }

  /** Newest first (ids grow with time). */
  async sample(
    selection: ConnectionFilter,
    states: readonly string[],
    limit: number,
  ): Promise<SelectedConnection[]> {
    const rows = await this.query(selection, states).orderBy('connection.id', 'DESC').limit(limit).getMany();
    return rows.map(
      ({ id, provider, integrationId: integration, endUserId: endUser, tags, state, createdAt }) => ({
        ...{ id, provider, integration, endUser, tags, state, createdAt },
      }),
    );
  }

  /** How many of these ids name no connection here. */
  async countUnknown(ids: readonly string[]): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM unnest($2::text[]) AS given (id)
       WHERE NOT EXISTS (SELECT FROM connection c WHERE c.workspace_id = $1 AND c.id = given.id)`,
      [this.context.workspace, ids],
    );
    return row!.count;
  }

  /** The statement that answers the ids, for an INSERT around it; its values begin at $1. */
  idsStatement(selection: ConnectionFilter, states: readonly string[]): { sql: string; values: unknown[] } {
    const [sql, values] = this.query(selection, states)
      .select('connection.id', 'id')
      .getQueryAndParameters() as [string, unknown[]];
    return { sql, values };
  }

  private query(selection: ConnectionFilter, states?: readonly string[]): SelectQueryBuilder<Connection> {
    const query = this.context.manager
      .createQueryBuilder(Connection, 'connection')
      .where('connection.workspaceId = :workspace', { workspace: this.context.workspace });
    narrow(query, selection);
    if (states) query.andWhere('connection.state = ANY (:states::text[])', { states: [...states] });
    return query;
  }
}
