import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.js';
import type { components } from './schema.js';

export type Integration = components['schemas']['Integration'];

/** More than anybody chooses from or reads the names of. */
const mostPages = 10;

/** The integrations of the workspace, newest first: at most 2,000. */
export const allIntegrations = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: async ({ signal }) => {
    const all: Integration[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const query = { limit: 200, cursor };
      const page = await dataOf(client.GET('/v1/integrations', { params: { query }, signal }));
      all.push(...page.data);
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    return all;
  },
  staleTime: 10_000,
});
