import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import type { ConnectLinksSearch } from './connect-links.search.js';

export type ConnectLink = components['schemas']['AdminConnectLink'];

export function connectLinksQuery({ cursor, state, integration, end_user }: ConnectLinksSearch) {
  const query = { limit: 50, cursor, state, integration, end_user };
  return queryOptions({
    queryKey: ['connections', 'links', query],
    queryFn: ({ signal }) => dataOf(client.GET('/admin/api/connect-sessions', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    // Nothing is told of a link that fails or runs out: those are looked for.
    refetchInterval: ({ state: { data } }) =>
      data?.data.some((link) => link.state === 'open' || link.state === 'failed') ? 10_000 : false,
  });
}
