import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import { listKey } from '../../api/connection-lists.js';
import type { components, operations } from '../../api/schema.js';
import { filterOf, type ConnectionsFilter, type ConnectionsSearch } from './connections.search.js';

export type ListedConnection = components['schemas']['AdminConnection'];
export type ConnectionPage = components['schemas']['AdminConnectionPage'];
export type SavedView = components['schemas']['SavedView'];
type ListQuery = NonNullable<operations['listAdminConnections']['parameters']['query']>;

// A search that finds few stops early and goes on by its cursor; so often it goes on unasked.
const mostSteps = 4;
/** The order where none is asked for. */
export const newestFirst = '-created_at';
const sorts = new Set(
  ['created_at', 'expires_at', 'last_read_at', 'reauthorize_by'].flatMap((order) => [order, `-${order}`]),
);

/** The order of the URL, where there is such a one. */
export const sortOf = (search: ConnectionsSearch): string =>
  search.sort && sorts.has(search.sort) ? search.sort : newestFirst;

export const connectionsQuery = (search: ConnectionsSearch) =>
  queryOptions({
    queryKey: [listKey, filterOf(search), sortOf(search), search.cursor],
    queryFn: ({ signal }) =>
      readPage(
        { ...filterOf(search), sort: sortOf(search) as ListQuery['sort'], cursor: search.cursor, limit: 50 },
        signal,
      ),
    placeholderData: keepPreviousData,
  });

async function readPage(query: ListQuery, signal: AbortSignal): Promise<ConnectionPage> {
  const first = await dataOf(client.GET('/admin/api/connections', { params: { query }, signal }));
  let all = first;
  for (let step = 0; all.partial && all.next_cursor && step < mostSteps; step++) {
    const rest = { ...query, cursor: all.next_cursor, limit: 50 - all.data.length };
    const more = await dataOf(client.GET('/admin/api/connections', { params: { query: rest }, signal }));
    all = { ...more, data: [...all.data, ...more.data], previous_cursor: first.previous_cursor };
  }
  return all;
}

export const connectionCountQuery = (filter: ConnectionsFilter) =>
  queryOptions({
    queryKey: ['connections', 'count', filter],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/connections/count', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

const page = 'connections';

export const savedViewsQuery = queryOptions({
  queryKey: ['saved-views', page],
  queryFn: async ({ signal }) =>
    (await dataOf(client.GET('/admin/api/saved-views', { params: { query: { page } }, signal }))).data,
});

export interface NewView {
  name: string;
  query: Record<string, string>;
  shared: boolean;
}

export const saveView = (view: NewView): Promise<SavedView> =>
  dataOf(client.POST('/admin/api/saved-views', { body: { page, ...view } }));

export const changeView = (id: string, change: Partial<NewView>): Promise<SavedView> =>
  dataOf(client.PATCH('/admin/api/saved-views/{id}', { params: { path: { id } }, body: change }));

export const deleteView = (id: string): Promise<unknown> =>
  dataOf(client.DELETE('/admin/api/saved-views/{id}', { params: { path: { id } } }));

/** What of a search a view keeps: everything but the place. */
export const viewQueryOf = (search: ConnectionsSearch): Record<string, string> => ({
  ...filterOf(search),
  ...(search.sort && { sort: search.sort }),
});

export const isSameView = (a: Record<string, string>, b: Record<string, string>): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
};
