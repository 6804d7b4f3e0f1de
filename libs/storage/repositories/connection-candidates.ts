import type { EntityManager } from 'typeorm';
import {
  beginnings,
  between,
  given,
  Parameters,
  type ConnectionListFilter,
} from './connection-list-filter.js';

/** As many as are looked at one by one: beyond them a walk through an index finds a page sooner. */
const most = 3_000;

/** Every connection that a filter could match, where one index alone leaves few enough of them; undefined where none does. */
export async function candidatesOf(
  manager: EntityManager,
  workspace: string,
  filter: ConnectionListFilter,
): Promise<string[] | undefined> {
  for (const look of looks(filter)) {
    const parameters = new Parameters();
    parameters.add(workspace);
    const sql = look(parameters);
    const rows = await manager.query<{ id: string }[]>(sql, parameters.values);
    if (rows.length <= most) return [...new Set(rows.map(({ id }) => id))];
  }
  return undefined;
}

type Look = (parameters: Parameters) => string;

const some = `LIMIT ${most + 1}`;

/** The likely narrowest first. Each begins with the workspace as $1. */
function looks(filter: ConnectionListFilter): Look[] {
  const { endUser, email, q, scope, tags, lastReadAfter } = filter;
  const connections = (condition: string) =>
    `SELECT id FROM connection WHERE workspace_id = $1 AND ${condition} ${some}`;
  const found: Look[] = [];
  if (endUser !== undefined) found.push((p) => connections(`end_user_id = ${p.add(endUser)}`));
  if (email !== undefined) found.push((p) => connections(`search_email = lower(${p.add(email)}::text)`));
  if (q !== undefined)
    found.push((p) =>
      beginnings(q, p)
        .map((condition) => `(${connections(condition)})`)
        .join(' UNION ALL '),
    );
  const placed = placeOf(filter);
  if (placed) found.push((p) => connections(placed(p)));
  // In the list of columns it is read row by row, and stops at the limit.
  if (tags !== undefined)
    found.push(
      (p) =>
        `SELECT find_tagged_connections(${p.add(JSON.stringify(tags))}::jsonb) AS id WHERE $1 <> '' ${some}`,
    );
  if (scope !== undefined)
    found.push(
      (p) => `SELECT id FROM list_connections_of_scope(${p.add(scope)}, ${most + 1}) WHERE $1 <> ''`,
    );
  const { expiresAfter, expiresBefore, reauthorizeAfter, reauthorizeBefore } = filter;
  if (reauthorizeAfter ?? reauthorizeBefore)
    found.push((p) =>
      beside('connection_slot', between('reauthorize_by', reauthorizeAfter, reauthorizeBefore, p)),
    );
  if (expiresAfter ?? expiresBefore)
    found.push((p) => beside('connection_slot', between('expires_at', expiresAfter, expiresBefore, p)));
  // By the hour that it falls in: the filter itself looks closer.
  if (lastReadAfter)
    found.push((p) =>
      beside('connection_usage', [
        `last_read_hour > ${p.add(lastReadAfter)}::timestamptz - interval '1 hour'`,
      ]),
    );
  if (filter.createdAfter ?? filter.createdBefore)
    found.push((p) =>
      connections(between('created_at', filter.createdAfter, filter.createdBefore, p).join(' AND ')),
    );
  return found;
}

function beside(table: string, conditions: string[]): string {
  return `SELECT connection_id AS id FROM ${table} WHERE workspace_id = $1 AND ${conditions.join(' AND ')} ${some}`;
}

/** States and integrations, as the indexes over both know them. */
function placeOf({ integrations, states }: ConnectionListFilter): Look | undefined {
  if (given({ integrations, states }).length === 0) return undefined;
  return (p) =>
    [
      ...(integrations ? [`integration_id = ANY (${p.add(integrations)}::text[])`] : []),
      ...(states ? [`state = ANY (${p.add(states)}::text[])`] : []),
    ].join(' AND ');
}
