import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import { compact } from '../../ui/search-params.js';
import { toInstant } from '../../ui/time-span.js';
import type { AuditSearch } from './audit.search.js';

export type AuditEntry = components['schemas']['AdminAuditEntry'];
export type AuditEntryDetail = components['schemas']['AdminAuditEntryDetail'];
export type DeniedAccess = components['schemas']['DeniedAccesses']['data'][number];

/** At most what the API answers; there are no further pages. */
export const mostDenied = 1_000;

/** What the public API takes as well. */
export function auditFilter({ actor, action, subject, after, before }: AuditSearch) {
  return compact({ actor, action, subject, after: toInstant(after), before: toInstant(before) });
}

export function entriesQuery(search: AuditSearch) {
  const query = compact({ ...auditFilter(search), cursor: search.cursor });
  return queryOptions({
    queryKey: ['audit', 'entries', query],
    queryFn: ({ signal }) => dataOf(client.GET('/admin/api/audit', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function entryQuery(id: string) {
  return queryOptions({
    queryKey: ['audit', 'entry', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/audit/{id}', { params: { path: { id } }, signal })),
    // It never changes.
    staleTime: Infinity,
  });
}

export const actionsQuery = queryOptions({
  queryKey: ['audit', 'actions'],
  queryFn: ({ signal }) => dataOf(client.GET('/admin/api/audit/actions', { signal })),
  staleTime: 60_000,
});

/** People to choose from; keys and services are found by their entries. */
export const peopleQuery = queryOptions({
  queryKey: ['members', 'all'],
  queryFn: ({ signal }) =>
    dataOf(client.GET('/admin/api/members', { params: { query: { limit: 200 } }, signal })),
  staleTime: 60_000,
});

export function deniedQuery(after: string | undefined) {
  const query = compact({ since: toInstant(after), limit: mostDenied });
  return queryOptions({
    queryKey: ['audit', 'denied', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/audit/denied-accesses', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
