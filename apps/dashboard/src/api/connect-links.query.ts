import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.js';
import { ApiProblem } from './problem.js';
import type { components } from './schema.js';

export type NewConnectLink = components['schemas']['NewConnectSession'];
/** The one answer that has the link itself. */
export type MadeConnectLink = components['schemas']['CreatedConnectSession'];
export type WatchedLink = components['schemas']['ConnectSession'];

export function makeConnectLink(body: NewConnectLink): Promise<MadeConnectLink> {
  return dataOf(client.POST('/v1/connect-sessions', { body }));
}

/** A link that can still be used, or waits for the platform’s word. */
export function isLinkWaiting({ state, expires_at: end }: WatchedLink): boolean {
  if (state === 'failed') return Date.parse(end) > Date.now();
  return state === 'open' || state === 'awaiting_confirmation';
}

/** One link, asked every two seconds for as long as something may come of it. */
export function watchedLink(id: string) {
  return queryOptions({
    queryKey: ['connections', 'link', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/connect-sessions/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => {
      if (state.error && ApiProblem.from(state.error).isGone) return false;
      return !state.data || isLinkWaiting(state.data) ? 2_000 : false;
    },
  });
}
