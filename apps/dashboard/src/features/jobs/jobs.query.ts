import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import { compact } from '../../ui/search-params.js';
import type { JobsSearch } from './jobs.search.js';

export type Trouble = components['schemas']['Troubles']['data'][number];
export type TroubleCounts = components['schemas']['TroubleCounts'];
export type Incident = components['schemas']['ProviderIncident'];
export type RefreshWorker = components['schemas']['RefreshWorkerStatus'];
export type EngineHealth = components['schemas']['EngineHealth'];

/** Numbers that no event tells of: asked for again while the page is looked at. */
const often = 10_000;

export function troublesQuery({ kind, cursor }: JobsSearch) {
  const query = compact({ kind, cursor: kind && cursor });
  return queryOptions({
    queryKey: ['troubles', 'list', query],
    queryFn: ({ signal }) => dataOf(client.GET('/admin/api/troubles', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export const countsQuery = queryOptions({
  queryKey: ['troubles', 'counts'],
  queryFn: ({ signal }) => dataOf(client.GET('/admin/api/troubles/counts', { signal })),
  refetchInterval: often,
});

export const incidentsQuery = queryOptions({
  queryKey: ['incidents', 'list'],
  queryFn: ({ signal }) => dataOf(client.GET('/admin/api/provider-incidents', { signal })),
});

export const healthQuery = queryOptions({
  queryKey: ['troubles', 'health'],
  queryFn: ({ signal }) => dataOf(client.GET('/admin/api/health', { signal })),
  refetchInterval: often,
});

const path = (id: string) => ({ params: { path: { id } } });

export const retry = (id: string) => client.POST('/admin/api/connections/{id}/retry', path(id));
export const giveUp = (id: string, reason: string) =>
  client.POST('/admin/api/connections/{id}/give-up', { params: { path: { id }, query: { reason } } });
export const endIncident = (id: string) => client.POST('/admin/api/provider-incidents/{id}/end', path(id));
export const giveUpWorker = (id: string) => client.POST('/admin/api/refresh-workers/{id}/give-up', path(id));
