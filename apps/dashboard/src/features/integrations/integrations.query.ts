import { queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from '../../api/client.js';
import type { Integration } from '../../api/integrations.query.js';
import type { components } from '../../api/schema.js';

export type IntegrationChange = components['schemas']['IntegrationChange'];
export type IntegrationTest = components['schemas']['IntegrationTest'];
export interface TaggedIntegration {
  data: Integration;
  etag: string;
}

/** Needs somebody, or will soon. */
export const unhealthyStates = 'degraded,needs_reauthorization,quarantined';

export const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['integration', id],
    queryFn: ({ signal }): Promise<TaggedIntegration> =>
      taggedDataOf(client.GET('/v1/integrations/{id}', { params: { path: { id } }, signal })),
  });

/** Connections of an integration, of some states or of all. Counted apart and seldom: lists do not wait for it. */
export const connectionCount = (integration: string, state?: string) =>
  queryOptions({
    queryKey: ['integrations', 'count', integration, state],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/admin/api/connections/count', { params: { query: { integration, state } }, signal }),
      ),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });

export function createDraft(provider: string): Promise<Integration> {
  return dataOf(client.POST('/v1/integrations', { body: { provider } }));
}

export function changeIntegration(
  id: string,
  etag: string,
  body: IntegrationChange,
): Promise<TaggedIntegration> {
  const params = { path: { id }, header: { 'If-Match': etag } };
  return taggedDataOf(client.PATCH('/v1/integrations/{id}', { params, body }));
}

export function testIntegration(id: string): Promise<IntegrationTest> {
  return dataOf(client.POST('/v1/integrations/{id}/test', { params: { path: { id } } }));
}

export async function deleteIntegration(id: string): Promise<void> {
  await client.DELETE('/v1/integrations/{id}', { params: { path: { id } } });
}
