import { queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

export type ApiKey = components['schemas']['ApiKey'];
export type CreatedApiKey = components['schemas']['CreatedApiKey'];
export type WorkloadIdentity = components['schemas']['WorkloadIdentity'];
export type Scope = components['schemas']['Scope'];

export const apiKeysQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['api-keys', 'list', cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/api-keys', { params: { query: { cursor, limit: 50 } }, signal })),
    refetchInterval: 60_000,
  });

/** With the ETag that a change of it sends back. */
export const apiKeyQuery = (id: string) =>
  queryOptions({ queryKey: ['api-keys', id], queryFn: ({ signal }) => readApiKey(id, signal) });

export const readApiKey = (id: string, signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/api-keys/{id}', { params: { path: { id } }, signal }));

export const createApiKey = (body: components['schemas']['NewApiKey']) =>
  dataOf(client.POST('/v1/api-keys', { body }));

export const updateApiKey = (id: string, etag: string, body: components['schemas']['ApiKeyChange']) =>
  dataOf(client.PATCH('/v1/api-keys/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body }));

export const rotateApiKey = (id: string, body: components['schemas']['ApiKeyRotation']) =>
  dataOf(client.POST('/v1/api-keys/{id}/rotate', { params: { path: { id } }, body }));

export const revokeApiKey = (id: string) => client.DELETE('/v1/api-keys/{id}', { params: { path: { id } } });

export const workloadsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['workload-identities', 'list', cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/workload-identities', { params: { query: { cursor, limit: 50 } }, signal })),
  });

export const workloadQuery = (id: string) =>
  queryOptions({
    queryKey: ['workload-identities', id],
    queryFn: ({ signal }) => readWorkload(id, signal),
  });

export const readWorkload = (id: string, signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/workload-identities/{id}', { params: { path: { id } }, signal }));

export const createWorkload = (body: components['schemas']['NewWorkloadIdentity']) =>
  dataOf(client.POST('/v1/workload-identities', { body }));

export const updateWorkload = (
  id: string,
  etag: string,
  body: components['schemas']['WorkloadIdentityChange'],
) =>
  dataOf(
    client.PATCH('/v1/workload-identities/{id}', {
      params: { path: { id }, header: { 'If-Match': etag } },
      body,
    }),
  );

export const deleteWorkload = (id: string) =>
  client.DELETE('/v1/workload-identities/{id}', { params: { path: { id } } });
