import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.js';
import type { components } from './schema.js';

export type Integration = components['schemas']['Integration'];

/** The integrations of the workspace, newest first, to choose one from: at most 200. */
export const allIntegrations = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: async ({ signal }) => {
    const page = await dataOf(client.GET('/v1/integrations', { params: { query: { limit: 200 } }, signal }));
    return page.data;
  },
});
