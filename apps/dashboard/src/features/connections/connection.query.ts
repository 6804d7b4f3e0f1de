import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import { linkWish } from './link-wish.js';

export type ConnectionDetail = components['schemas']['AdminConnectionDetail'];
export type Slot = ConnectionDetail['slots'][number];
export type Generation = components['schemas']['AdminGeneration'];
export type Reader = components['schemas']['ConnectionReader'];

const of = (id: string) => ({ params: { path: { id } } });

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => dataOf(client.GET('/admin/api/connections/{id}', { ...of(id), signal })),
  });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['connection', id, 'timeline'],
    queryFn: ({ signal, pageParam: cursor }) =>
      dataOf(
        client.GET('/admin/api/connections/{id}/timeline', {
          params: { path: { id }, query: { cursor, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });

export const generationsQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['connection', id, 'generations', cursor],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/admin/api/connections/{id}/generations', {
          params: { path: { id }, query: { cursor } },
          signal,
        }),
      ),
  });

export const readersQuery = (id: string) =>
  queryOptions({
    queryKey: ['connection', id, 'readers'],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/connections/{id}/readers', { ...of(id), signal })),
  });

const mostNames = 200;

/** What keys and workloads are called, the newest of each; those who may not see them read ids. */
export const readerNamesQuery = queryOptions({
  queryKey: ['api-keys', 'names'],
  queryFn: async ({ signal }) => {
    const query = { limit: mostNames };
    const [keys, workloads] = await Promise.all([
      dataOf(client.GET('/v1/api-keys', { params: { query }, signal })),
      dataOf(client.GET('/v1/workload-identities', { params: { query }, signal })),
    ]);
    return new Map([...keys.data, ...workloads.data].map(({ id, name }) => [id, name]));
  },
  staleTime: 60_000,
});

export const refresh = (id: string, slot?: string) =>
  dataOf(client.POST('/v1/connections/{id}/refresh', { params: { path: { id }, query: { slot } } }));
export const pause = (id: string) => dataOf(client.POST('/admin/api/connections/{id}/pause', of(id)));
export const resume = (id: string) => dataOf(client.POST('/admin/api/connections/{id}/resume', of(id)));
export const retry = (id: string) => dataOf(client.POST('/admin/api/connections/{id}/retry', of(id)));
export const giveUp = (id: string, reason: string) =>
  dataOf(client.POST('/admin/api/connections/{id}/give-up', { params: { path: { id }, query: { reason } } }));
export const erase = (id: string, reason: string) =>
  dataOf(client.DELETE('/v1/connections/{id}', { params: { path: { id }, query: { reason } } }));

export const revoke = (id: string, reason: string) =>
  dataOf(client.POST('/admin/api/connections/{id}/revoke', { ...of(id), body: { reason } }));

/** Merges: what is named is set, null deletes, the rest stays; so two people’s changes do not meet. */
export const changeTags = (id: string, tags: Record<string, string | null>) =>
  dataOf(client.PATCH('/v1/connections/{id}', { ...of(id), body: { tags } }));

/** A link for the same user to authorize the same connection again; of a revoked one, a new one. */
export const connectLink = (connection: ConnectionDetail) =>
  dataOf(client.POST('/v1/connect-sessions', { body: linkWish(connection) }));
