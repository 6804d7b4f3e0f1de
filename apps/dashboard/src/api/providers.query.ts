import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.js';
import type { components } from './schema.js';

export type Provider = components['schemas']['Provider'];

/** The catalogue: changes with a release only. */
export const allProviders = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }) => (await dataOf(client.GET('/v1/providers', { signal }))).data,
  staleTime: Infinity,
});
