import type { TransactionContext } from '../transaction.js';
import { candidatesOf } from './connection-candidates.js';
import {
  asksMore,
  conditionOf,
  given,
  Parameters,
  type ConnectionListFilter,
} from './connection-list-filter.js';
import { ConnectionQueryRepository, type ListedConnection } from './connection-query.repository.js';
import {
  partsOf,
  sortCandidates,
  walkEnd,
  walkIndex,
  type ConnectionOrder,
  type ConnectionPosition,
  type ConnectionWalk,
} from './connection-walk.js';

export interface ConnectionListQuery {
  filter: ConnectionListFilter;
  order: ConnectionOrder;
  descending: boolean;
  limit: number;
  /** Where the page begins, exclusive; `backwards`: where it ends. */
  from?: { position: ConnectionPosition; backwards: boolean };
}

export interface ConnectionListPage {
  rows: ListedConnection[];
  next?: ConnectionPosition;
  previous?: ConnectionPosition;
  /** Fewer rows than asked for, since few match: it goes on at `next`, or `previous`. */
  isPartial: boolean;
}

/** A few thousand rows in an index's order cost little; the planner would rather sort the whole table once. */
const WALKING = `SELECT ${[
  ['enable_seqscan', 'off'],
  ['enable_bitmapscan', 'off'],
  ['max_parallel_workers_per_gather', '0'],
  ['jit', 'off'],
]
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(', ')}`;

/** The dashboard's list: pages in both directions by several orders, at a cost that does not grow with the table. */
export class ConnectionListRepository {
  constructor(private readonly context: TransactionContext) {}

  /** @param everyState all that there are, for indexes that have the state before the time */
  async page(query: ConnectionListQuery, everyState: readonly string[]): Promise<ConnectionListPage> {
    await this.context.manager.query(WALKING);
    const { from, limit, order } = query;
    const backwards = from?.backwards ?? false;
    const walk: ConnectionWalk = {
      workspace: this.context.workspace,
      filter: await this.withIntegrations(query.filter),
      order,
      descending: query.descending !== backwards,
      after: from?.position,
      limit: limit + 1,
    };
    const { found, end } = await this.walk(walk, everyState);
    const shown = found.slice(0, limit);
    const onward = found.length > limit ? shown.at(-1) : end;
    const back = from && (shown[0] ?? from.position);
    if (backwards) shown.reverse();
    return {
      rows: await this.listed(shown.map(([, id]) => id)),
      next: backwards ? back : onward,
      previous: backwards ? onward : back,
      isPartial: end !== undefined,
    };
  }

  /** How many match, where that is at most `most`; undefined: more. @throws where it takes longer (see isCancelled) */
  async countUpTo(wish: ConnectionListFilter, most: number, withinMs: number): Promise<number | undefined> {
    const { manager, workspace } = this.context;
    await manager.query(`SELECT set_config('statement_timeout', $1, true)`, [`${withinMs}ms`]);
    const filter = await this.withIntegrations(wish);
    const ids = await candidatesOf(manager, workspace, filter);
    const parameters = this.parameters();
    const matching = conditionOf(filter, parameters, ids !== undefined);
    const among = ids
      ? `unnest(${parameters.add(ids)}::text[]) AS x (id) CROSS JOIN LATERAL (SELECT * FROM connection o
           WHERE o.workspace_id = $1 AND o.id = x.id OFFSET 0) c`
      : 'connection c';
    const [row] = await manager.query<{ count: number }[]>(
      `SELECT count(*) AS count FROM (SELECT 1 FROM ${among}
         WHERE c.workspace_id = $1 AND ${matching} LIMIT ${most + 1}) f`,
      parameters.values,
    );
    return row!.count > most ? undefined : row!.count;
  }

  /** As many as Postgres plans with. The policy alone names the workspace: named twice, it would count twice. */
  async estimate(wish: ConnectionListFilter): Promise<number> {
    const parameters = new Parameters();
    const matching = conditionOf(await this.withIntegrations(wish), parameters, false);
    const rows = await this.context.manager.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>(
      `EXPLAIN (FORMAT JSON) SELECT 1 FROM connection c WHERE ${matching}`,
      parameters.values,
    );
    return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
  }

  /** `end` is where an unfinished walk ended. */
  private async walk(
    walk: ConnectionWalk,
    everyState: readonly string[],
  ): Promise<{ found: ConnectionPosition[]; end?: ConnectionPosition }> {
    const { filter, order, limit } = walk;
    const parts = partsOf(order, filter.integrations, filter.states, everyState);
    const isPlaced =
      (!filter.integrations || parts?.[0]?.integration !== undefined) && (!filter.states || !!parts);
    const isWhole =
      order === 'created_at'
        ? isPlaced && !asksMore(filter)
        : order === 'last_read_at' && given(filter).length === 0;
    if (isWhole) return { found: await this.positions((p) => walkIndex(walk, true, parts, p)) };
    const ids = await candidatesOf(this.context.manager, this.context.workspace, filter);
    if (ids) return { found: await this.positions((p) => sortCandidates(walk, ids, p)) };
    const found = await this.positions((p) => walkIndex(walk, false, parts, p));
    if (found.length === limit) return { found };
    const [end] = await this.positions((p) => walkEnd(walk, parts, p));
    return { found, end };
  }

  private async positions(statement: (parameters: Parameters) => string): Promise<ConnectionPosition[]> {
    const parameters = this.parameters();
    const sql = statement(parameters);
    const rows = await this.context.manager.query<{ micros: number; id: string }[]>(sql, parameters.values);
    return rows.map(({ micros, id }) => [micros, id]);
  }

  private parameters(): Parameters {
    const parameters = new Parameters();
    parameters.add(this.context.workspace);
    return parameters;
  }

  /** Integrations in place of a provider: indexes know those. */
  private async withIntegrations({
    provider,
    ...filter
  }: ConnectionListFilter): Promise<ConnectionListFilter> {
    if (provider === undefined) return filter;
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT id FROM integration WHERE workspace_id = $1 AND provider = $2`,
      [this.context.workspace, provider],
    );
    const ids = rows.map(({ id }) => id);
    return { ...filter, integrations: filter.integrations?.filter((id) => ids.includes(id)) ?? ids };
  }

  /** Those of these ids, in their order. */
  private async listed(ids: readonly string[]): Promise<ListedConnection[]> {
    if (ids.length === 0) return [];
    const rows = await new ConnectionQueryRepository(this.context).list({ connections: ids }, ids.length);
    const byId = new Map(rows.map((row) => [row.connection.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
