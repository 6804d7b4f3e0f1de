import { between, conditionOf, Parameters, type ConnectionListFilter } from './connection-list-filter.js';

export const connectionOrders = ['created_at', 'expires_at', 'last_read_at', 'reauthorize_by'] as const;
export type ConnectionOrder = (typeof connectionOrders)[number];

/** Microseconds since 1970, then the id: where in an order a connection is. */
export type ConnectionPosition = readonly [micros: number, id: string];

export interface ConnectionWalk {
  workspace: string;
  filter: ConnectionListFilter;
  order: ConnectionOrder;
  descending: boolean;
  after?: ConnectionPosition;
  limit: number;
}

/** Rows of an index that one request looks at: some 50 ms of work. */
export const budget = 5_000;
/** Ordered parts that are merged: more would be longer in planning than in running. */
const mostParts = 40;

const keys = {
  created_at: { table: 'connection', key: 'created_at', id: 'id' },
  expires_at: { table: 'connection_slot', key: 'expires_at', id: 'connection_id' },
  reauthorize_by: { table: 'connection_slot', key: 'reauthorize_by', id: 'connection_id' },
  // To the hour: see the migration.
  last_read_at: { table: 'connection_usage', key: 'last_read_hour', id: 'connection_id' },
} as const;

/** A connection may have several slots: it stands where the first of them does that is in the range asked for. */
const isOfSlots = (order: ConnectionOrder): boolean => keys[order].table === 'connection_slot';

/** The key of `connection c` in an order. */
function keyOf(walk: ConnectionWalk, parameters: Parameters): string {
  const { table, key } = keys[walk.order];
  if (table === 'connection') return `c.${key}`;
  const own = [
    'k.workspace_id = c.workspace_id',
    'k.connection_id = c.id',
    ...rangeOf(walk, parameters, 'k.'),
  ];
  return `(SELECT min(k.${key}) FROM ${table} k WHERE ${own.join(' AND ')})`;
}

const MICROS = `(extract(epoch FROM key) * 1000000)::bigint AS micros`;

/** A page of those named that match, in order. $1 is the workspace. */
export function sortCandidates(walk: ConnectionWalk, ids: readonly string[], parameters: Parameters): string {
  const matching = conditionOf(walk.filter, parameters, true);
  return `SELECT id, ${MICROS} FROM (
      SELECT c.id, ${keyOf(walk, parameters)} AS key FROM unnest(${parameters.add(ids)}::text[]) AS x (id)
      CROSS JOIN LATERAL (SELECT * FROM connection o WHERE o.workspace_id = $1 AND o.id = x.id OFFSET 0) c WHERE ${matching} OFFSET 0
    ) k WHERE key IS NOT NULL ${afterOf(walk, 'key', 'id', parameters)} ${orderOf(walk)} LIMIT ${walk.limit}`;
}

/** A page in an index's order, of at most `budget` rows of it that are looked at. $1 is the workspace. */
export function walkIndex(
  walk: ConnectionWalk,
  isWhole: boolean,
  parts: Parts,
  parameters: Parameters,
): string {
  if (isWhole)
    return `SELECT id, ${MICROS} FROM (${rowsOf(walk, walk.limit, parts, parameters)}) w ${orderOf(walk)}`;
  if (walk.order === 'created_at') {
    const rows = rowsOf(walk, budget, parts, parameters, conditionOf(walk.filter, parameters, true));
    return `SELECT id, ${MICROS} FROM (${rows}) w WHERE matches ${orderOf(walk)} LIMIT ${walk.limit}`;
  }
  const rows = rowsOf(walk, budget, parts, parameters);
  const isFirst = isOfSlots(walk.order) ? `AND w.key = ${keyOf(walk, parameters)}` : '';
  return `SELECT w.id, ${MICROS} FROM (${rows}) w
    CROSS JOIN LATERAL (SELECT FROM (SELECT * FROM connection o WHERE o.workspace_id = $1 AND o.id = w.id OFFSET 0) c
      WHERE ${conditionOf(walk.filter, parameters, true)} ${isFirst} OFFSET 0) m
    ${orderOf(walk, 'w.')} LIMIT ${walk.limit}`;
}

/** Where such a walk ended for want of budget; no row where the index ended before. */
export function walkEnd(walk: ConnectionWalk, parts: Parts, parameters: Parameters): string {
  return `SELECT id, ${MICROS} FROM (${rowsOf(walk, budget, parts, parameters)}) w ${orderOf(walk)} OFFSET ${budget - 1}`;
}

/** The integrations and states whose rows are merged; undefined: all of them, from an index over all. */
export type Parts = { integration?: string; state: string }[] | undefined;

/** Each of `integrations` with each of `states`; or as much of that as is worth it. */
export function partsOf(
  order: ConnectionOrder,
  integrations: readonly string[] | undefined,
  states: readonly string[] | undefined,
  everyState: readonly string[],
): Parts {
  if (order !== 'created_at' || (!integrations && !states)) return undefined;
  const wanted = states ?? everyState;
  const both = integrations?.flatMap((integration) => wanted.map((state) => ({ integration, state })));
  if (both && both.length <= mostParts) return both;
  return states?.map((state) => ({ state }));
}

/** Rows of an order's index, `matches` beside them where it is given. */
function rowsOf(
  walk: ConnectionWalk,
  limit: number,
  parts: Parts,
  parameters: Parameters,
  matches = 'true',
): string {
  const { table, key, id } = keys[walk.order];
  const rest =
    [`${key} IS NOT NULL`, ...rangeOf(walk, parameters)].join(' AND ') + afterOf(walk, key, id, parameters);
  // Slots of one connection that end at once stand side by side.
  const distinct = isOfSlots(walk.order) ? `DISTINCT ON (${key}, ${id}) ` : '';
  const select = (
    part: string,
  ) => `SELECT ${distinct}${key} AS key, ${id} AS id, ${matches} AS matches FROM ${table} c
    WHERE workspace_id = $1${part} AND ${rest} ${orderOf(walk, '', key, id)}`;
  if (!parts) return `${select('')} LIMIT ${limit}`;
  if (parts.length === 0) return `SELECT now() AS key, '' AS id, false AS matches WHERE false`;
  const all = parts.map(({ integration, state }) => {
    const whose = integration === undefined ? '' : ` AND integration_id = ${parameters.add(integration)}`;
    return `(${select(`${whose} AND state = ${parameters.add(state)}`)})`;
  });
  return `SELECT * FROM (${all.join(' UNION ALL ')}) p ${orderOf(walk)} LIMIT ${limit}`;
}

/** The range of a filter that is one of the order's own index. */
function rangeOf({ order, filter }: ConnectionWalk, parameters: Parameters, alias = ''): string[] {
  const { createdAfter, createdBefore, expiresAfter, expiresBefore, reauthorizeAfter, reauthorizeBefore } =
    filter;
  if (order === 'created_at') return between(`${alias}created_at`, createdAfter, createdBefore, parameters);
  if (order === 'expires_at') return between(`${alias}expires_at`, expiresAfter, expiresBefore, parameters);
  if (order === 'reauthorize_by')
    return between(`${alias}reauthorize_by`, reauthorizeAfter, reauthorizeBefore, parameters);
  return [];
}

function orderOf({ descending }: ConnectionWalk, alias = '', key = 'key', id = 'id'): string {
  const direction = descending ? 'DESC' : 'ASC';
  return `ORDER BY ${alias}${key} ${direction}, ${alias}${id} ${direction}`;
}

function afterOf(
  { after, descending }: ConnectionWalk,
  key: string,
  id: string,
  parameters: Parameters,
): string {
  if (!after) return '';
  const time = `timestamptz 'epoch' + ${parameters.add(after[0])}::bigint * interval '1 microsecond'`;
  return ` AND (${key}, ${id}) ${descending ? '<' : '>'} (${time}, ${parameters.add(after[1])}::text)`;
}
