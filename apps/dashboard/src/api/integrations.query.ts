import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.js';
import type { components } from './schema.js';

export type Integration = components['schemas']['Integration'];

const pageSize = 200;
/** More than anybody chooses from or reads the names of. */
export const mostIntegrations = 10 * pageSize;

/** The integrations of the workspace, newest first, and no more than `mostIntegrations`. */
export const allIntegrations = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: async ({ signal }) => {
    const all: Integration[] = [];
    let cursor: string | undefined;
    while (all.length < mostIntegrations) {
      const query = { limit: pageSize, cursor };
      const page = await dataOf(client.GET('/v1/integrations', { params: { query }, signal }));
      all.push(...page.data);
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    return all;
  },
  staleTime: 10_000,
});
