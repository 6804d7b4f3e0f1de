import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import { compact } from '../../ui/search-params.js';

type Schemas = components['schemas'];
export type Stream = Schemas['SecurityEventStream'];
export type NewStream = Schemas['NewSecurityEventStream'];
export type StreamChange = Schemas['SecurityEventStreamChange'];
export type Subscriber = Schemas['SecurityEventSubscriber'];
export type NewSubscriber = Schemas['NewSecurityEventSubscriber'];
export type Rotation = Schemas['SecurityEventSecretRotation'];
export type AuditEntry = Schemas['AdminAuditEntry'];

const base = '/v1/security-event-streams';
const people = '/v1/security-event-subscribers';

export function streamsQuery(cursor: string | undefined) {
  const query = compact({ cursor });
  return queryOptions({
    queryKey: ['signals', 'streams', query],
    queryFn: ({ signal }) => dataOf(client.GET(base, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** With its ETag, which a change sends back. */
export function streamQuery(id: string) {
  return queryOptions({
    queryKey: ['signals', 'stream', id],
    queryFn: ({ signal }) => taggedDataOf(client.GET(`${base}/{id}`, { params: { path: { id } }, signal })),
  });
}

/** What was received and done is in the audit log, newest first. */
export function receivedQuery(search: { stream?: string; cursor?: string }, limit?: number) {
  const query = compact({
    action: 'security_event.received',
    subject: search.stream,
    cursor: search.cursor,
    limit,
  });
  return queryOptions({
    queryKey: ['signals', 'received', query],
    queryFn: ({ signal }) => dataOf(client.GET('/admin/api/audit', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function subscribersQuery(cursor: string | undefined) {
  const query = compact({ cursor });
  return queryOptions({
    queryKey: ['signals', 'subscribers', query],
    queryFn: ({ signal }) => dataOf(client.GET(people, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export const createStream = (body: NewStream) => dataOf(client.POST(base, { body }));

export const changeStream = (id: string, etag: string, body: StreamChange) =>
  taggedDataOf(
    client.PATCH(`${base}/{id}`, { params: { path: { id }, header: { 'If-Match': etag } }, body }),
  );

export const rotateStream = (id: string, body: Rotation) =>
  dataOf(client.POST(`${base}/{id}/rotate`, { params: { path: { id } }, body }));

export const deleteStream = (id: string) => client.DELETE(`${base}/{id}`, { params: { path: { id } } });

export const createSubscriber = (body: NewSubscriber) => dataOf(client.POST(people, { body }));
export const deleteSubscriber = (id: string) => client.DELETE(`${people}/{id}`, { params: { path: { id } } });
export const rotateKey = (body: Rotation) => dataOf(client.POST(`${people}/rotate-key`, { body }));
