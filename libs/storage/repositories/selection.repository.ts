import type { ConnectionTags } from '#oauth';
import type { SelectQueryBuilder } from 'typeorm';
import { Connection } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';
import { narrow, type ConnectionFilter } from './connection-filter.js';

/** How many of the selected connections share integration and state. */
export interface SelectedGroup {
  provider: string;
  integration: string;
  state: string;
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
      .addSelect('count(*)::integer', 'count')
      .groupBy('1, 2, 3')
      .orderBy('1, 2, 3')
      .getRawMany<SelectedGroup>();
  }

  async countEndUsers(selection: ConnectionFilter, states: readonly string[]): Promise<number> {
    const row = await this.query(selection, states)
      .select('count(DISTINCT connection.endUserId)::integer', 'count')
      .getRawOne<{ count: number }>();
    return row!.count;
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
