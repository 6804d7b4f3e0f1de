import type { ConnectionTags } from '#oauth';

/** What the dashboard's list of connections is narrowed by; everything given must hold. */
export interface ConnectionListFilter {
  integrations?: readonly string[];
  provider?: string;
  states?: readonly string[];
  /** The caller's own id of the end user, exactly. */
  endUser?: string;
  /** Whatever its case. */
  email?: string;
  /** A granted scope, exactly. */
  scope?: string;
  /** All of these, with these values. */
  tags?: ConnectionTags;
  createdAfter?: Date;
  createdBefore?: Date;
  /** Some access token of it ends within these. */
  expiresAfter?: Date;
  expiresBefore?: Date;
  /** Its end user must consent again within these. */
  reauthorizeAfter?: Date;
  reauthorizeBefore?: Date;
  /** Read since then. */
  lastReadAfter?: Date;
  /** Not read since then; those never read count from their creation. */
  lastReadBefore?: Date;
  /** How the connection's id, or the end user's id, e-mail or name begins, whatever its case. */
  q?: string;
}

/** Values of one statement: each is written as `$n`. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value instanceof Date ? value.toISOString() : value);
    return `$${this.values.length}`;
  }
}

/** What decides alone by the indexes that keep a list in order of creation. */
const ofOrder = new Set<keyof ConnectionListFilter>([
  'integrations',
  'states',
  'createdAfter',
  'createdBefore',
]);

/** Whether something is asked that an index in order of creation does not know. */
export function asksMore(filter: ConnectionListFilter): boolean {
  return given(filter).some((key) => !ofOrder.has(key));
}

export function given(filter: ConnectionListFilter): (keyof ConnectionListFilter)[] {
  return (Object.keys(filter) as (keyof ConnectionListFilter)[]).filter((key) => filter[key] !== undefined);
}

const ofConnection = (alias: string) =>
  `${alias}.workspace_id = c.workspace_id AND ${alias}.connection_id = c.id`;

/**
 * The whole filter over `connection c`, as one condition; its provider as integrations.
 * @param rowByRow what stands in other tables is looked up for each row: for a few of them; else as the planner likes
 */
export function conditionOf(filter: ConnectionListFilter, parameters: Parameters, rowByRow: boolean): string {
  const fence = rowByRow ? ' OFFSET 0' : '';
  const add = (value: unknown) => parameters.add(value);
  const { integrations, states, endUser, email, scope, tags, lastReadAfter, lastReadBefore, q } = filter;
  const all = ['true'];
  if (integrations) all.push(`c.integration_id = ANY (${add(integrations)}::text[])`);
  if (states) all.push(`c.state = ANY (${add(states)}::text[])`);
  if (endUser !== undefined) all.push(`c.end_user_id = ${add(endUser)}`);
  if (email !== undefined) all.push(`c.search_email = lower(${add(email)}::text)`);
  if (scope !== undefined) all.push(`c.scopes_granted @> ARRAY[${add(scope)}]::text[]`);
  if (tags !== undefined) all.push(`c.tags @> ${add(JSON.stringify(tags))}::jsonb`);
  all.push(...between('c.created_at', filter.createdAfter, filter.createdBefore, parameters));
  const { expiresAfter, expiresBefore, reauthorizeAfter, reauthorizeBefore } = filter;
  for (const ends of [
    between('s.expires_at', expiresAfter, expiresBefore, parameters),
    between('s.reauthorize_by', reauthorizeAfter, reauthorizeBefore, parameters),
  ])
    if (ends.length > 0)
      all.push(
        `EXISTS (SELECT FROM connection_slot s WHERE ${[ofConnection('s'), ...ends].join(' AND ')}${fence})`,
      );
  if (lastReadAfter) all.push(`EXISTS (${readAt(`> ${add(lastReadAfter)}`)}${fence})`);
  if (lastReadBefore) {
    const before = add(lastReadBefore);
    all.push(`c.created_at < ${before} AND NOT EXISTS (${readAt(`>= ${before}`)}${fence})`);
  }
  if (q !== undefined) all.push(`(${beginnings(q, parameters, 'c.').join(' OR ')})`);
  return all.join(' AND ');
}

/** Exclusive at both ends. */
export function between(
  column: string,
  after: Date | undefined,
  before: Date | undefined,
  parameters: Parameters,
) {
  return [
    ...(after ? [`${column} > ${parameters.add(after)}::timestamptz`] : []),
    ...(before ? [`${column} < ${parameters.add(before)}::timestamptz`] : []),
  ];
}

/** One condition for each of what a search looks at, each served by an index of its own. */
export function beginnings(q: string, parameters: Parameters, alias = ''): string[] {
  const text = parameters.add(q);
  // Ids are lower-case letters and digits, in the same order by every collation; the rest is compared as bytes.
  const id = `${alias}id >= lower(${text}::text) AND ${alias}id <= lower(${text}::text) || repeat('z', 48)`;
  const last = `chr(1114111)`;
  const columns = ['search_end_user', 'search_email', 'search_name'];
  return [
    `(${id})`,
    ...columns.map(
      (column) =>
        `(${alias}${column} >= lower(${text}::text) AND ${alias}${column} < lower(${text}::text) || ${last})`,
    ),
  ];
}

function readAt(comparison: string): string {
  return `SELECT FROM connection_usage u WHERE ${ofConnection('u')} AND u.last_read_at ${comparison}`;
}
