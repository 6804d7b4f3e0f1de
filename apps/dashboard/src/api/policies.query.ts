import { queryOptions } from '@tanstack/react-query';
import { client, taggedDataOf } from './client.js';
import type { components } from './schema.js';

export type LeakPolicy = components['schemas']['LeakPolicy'];
export type AnomalyPolicy = components['schemas']['AnomalyPolicy'];

export const readLeakPolicy = (signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/leak-policy', { signal }));
export const leakPolicyQuery = queryOptions({
  queryKey: ['settings', 'leak-policy'],
  queryFn: ({ signal }) => readLeakPolicy(signal),
});
export const saveLeakPolicy = (etag: string, action: LeakPolicy['action']) =>
  taggedDataOf(client.PUT('/v1/leak-policy', { params: { header: { 'If-Match': etag } }, body: { action } }));

export const readAnomalyPolicy = (signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/anomaly-policy', { signal }));
export const anomalyPolicyQuery = queryOptions({
  queryKey: ['settings', 'anomaly-policy'],
  queryFn: ({ signal }) => readAnomalyPolicy(signal),
});
export const saveAnomalyPolicy = (etag: string, body: AnomalyPolicy) =>
  taggedDataOf(client.PUT('/v1/anomaly-policy', { params: { header: { 'If-Match': etag } }, body }));
