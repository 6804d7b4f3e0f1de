import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

type Connection = components['schemas']['AdminConnection'];

/** The latest link of an integration: has one been made, was it used? */
export const latestLink = (integration: string | undefined) =>
  queryOptions({
    queryKey: ['connections', 'start-link', integration],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, integration };
      const page = await dataOf(client.GET('/admin/api/connect-sessions', { params: { query }, signal }));
      return page.data[0] ?? null;
    },
    enabled: integration !== undefined,
  });

/** The latest live connection of an integration. Nobody announces a first read: it is looked for. */
export const latestConnection = (integration: string | undefined) =>
  queryOptions({
    queryKey: ['connections', 'start-connection', integration],
    queryFn: async ({ signal }): Promise<Connection | null> => {
      const query = { limit: 1, integration, state: 'active', sort: '-created_at' } as const;
      const page = await dataOf(client.GET('/admin/api/connections', { params: { query }, signal }));
      return page.data[0] ?? null;
    },
    enabled: integration !== undefined,
    refetchInterval: ({ state }) => (state.data?.last_read_at ? false : 5_000),
  });

/** A key that can read tokens now. */
export const readingKey = queryOptions({
  queryKey: ['api-keys', 'reading'],
  queryFn: async ({ signal }) => {
    const page = await dataOf(client.GET('/v1/api-keys', { params: { query: { limit: 200 } }, signal }));
    return page.data.find(readsTokens) ?? null;
  },
});

function readsTokens(key: components['schemas']['ApiKey']): boolean {
  const isOver =
    key.revoked_at !== null || (key.expires_at !== null && Date.parse(key.expires_at) < Date.now());
  return !isOver && (key.scopes.includes('admin') || key.scopes.includes('tokens:read'));
}
