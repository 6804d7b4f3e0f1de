import { createHash } from 'node:crypto';
import { z } from 'zod';
import { connectionStates, tagQuerySchema, tagsOfQuery } from '#oauth';
import { decodeCursor, encodeCursor, listQuery, Problem } from '#platform';
import {
  connectionOrders,
  type ConnectionListFilter,
  type ConnectionListPage,
  type ConnectionListQuery,
} from '#storage';
import { connectionSchema, connectionView } from './connection.view.js';

const word = z.string().trim().min(1).max(200);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const several = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .max(2_000)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(item).min(1).max(20));

const filters = {
  state: several(z.enum(connectionStates)).optional().describe('One or several, by commas.'),
  integration: several(word).optional().describe('One or several, by commas.'),
  provider: word.optional(),
  end_user: word.optional().describe("The caller's own id, exactly."),
  email: word.optional().describe("The end user's, whatever its case."),
  scope: word.optional().describe('A granted scope, exactly.'),
  tag: tagQuerySchema.optional(),
  created_after: time.optional(),
  created_before: time.optional(),
  expires_after: time.optional(),
  expires_before: time.optional().describe('Some access token ends before then.'),
  reauthorize_after: time.optional(),
  reauthorize_before: time.optional().describe('Its end user must consent again before then.'),
  last_read_after: time.optional().describe('A token was read since then.'),
  last_read_before: time.optional().describe('No token was read since then.'),
  q: word
    .optional()
    .describe("How the connection's id, or the end user's id, e-mail or name begins, whatever its case."),
};

export const connectionCountQuery = z.strictObject(filters);

const sorts = connectionOrders.flatMap((order) => [order, `-${order}`] as const);

export const connectionsQuery = listQuery.extend({
  ...filters,
  sort: z
    .enum(sorts)
    .default('-created_at')
    .describe(
      'With - the latest first. By `expires_at`, connections without a known end are left out; by `reauthorize_by`, those whose consent has none; by `last_read_at`, to the hour, those never read.',
    ),
});
export type ConnectionsQuery = z.infer<typeof connectionsQuery>;

export const connectionPageSchema = z
  .strictObject({
    data: z.array(connectionSchema),
    next_cursor: z.string().nullable(),
    previous_cursor: z.string().nullable().describe('To the page before, by the same sort and filters.'),
    partial: z
      .boolean()
      .describe(
        'So few match that the search stopped for now: fewer than `limit` here, and it goes on by the cursor.',
      ),
  })
  .meta({ id: 'AdminConnectionPage' });
export type ConnectionPageView = z.infer<typeof connectionPageSchema>;

export const connectionCountSchema = z
  .strictObject({
    count: z.int(),
    estimate: z.boolean().describe('Exact up to 10,000; above, about that many.'),
  })
  .meta({ id: 'AdminConnectionCount' });

export function filterOf(query: z.infer<typeof connectionCountQuery>): ConnectionListFilter {
  const { state, integration, provider, email, scope, q } = query;
  return {
    states: state,
    integrations: integration,
    ...{ provider, email, scope, q },
    endUser: query.end_user,
    tags: query.tag === undefined ? undefined : tagsOfQuery(query.tag),
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    expiresAfter: query.expires_after,
    expiresBefore: query.expires_before,
    reauthorizeAfter: query.reauthorize_after,
    reauthorizeBefore: query.reauthorize_before,
    lastReadAfter: query.last_read_after,
    lastReadBefore: query.last_read_before,
  };
}

const cursorShape = z.tuple([
  z.string().max(20),
  z.union([z.literal(0), z.literal(1)]),
  // Microseconds between the years 1746 and 2223: more would be no time that Postgres knows how to compare.
  z.int().min(-8e15).max(8e15),
  z.string().max(100),
]);

/** @throws Problem `invalid-cursor` for one of another sort or other filters, too */
export function listQueryOf(query: ConnectionsQuery): ConnectionListQuery {
  const { cursor, limit, sort } = query;
  const [binding, backwards, micros, id] = decodeCursor(cursor, cursorShape) ?? [];
  if (binding !== undefined && binding !== bindingOf(query))
    throw new Problem(
      'invalid-cursor',
      'It belongs to another sort or other filters; begin without a cursor.',
    );
  return {
    filter: filterOf(query),
    order: sort.replace('-', '') as ConnectionListQuery['order'],
    descending: sort.startsWith('-'),
    limit,
    ...(binding !== undefined && { from: { position: [micros!, id!], backwards: backwards === 1 } }),
  };
}

export function connectionPageView(query: ConnectionsQuery, page: ConnectionListPage): ConnectionPageView {
  const cursor = (position: readonly [number, string] | undefined, backwards: 0 | 1) =>
    position ? encodeCursor([bindingOf(query), backwards, ...position]) : null;
  return {
    data: page.rows.map(connectionView),
    next_cursor: cursor(page.next, 0),
    previous_cursor: cursor(page.previous, 1),
    partial: page.isPartial,
  };
}

/** What a cursor belongs to. */
function bindingOf({ cursor: _cursor, limit: _limit, ...rest }: ConnectionsQuery): string {
  const text = JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
