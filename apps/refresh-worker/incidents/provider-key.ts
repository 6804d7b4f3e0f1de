import type { RefreshFacts } from '../refreshing/refresh-facts.js';

/** Whose incidents and limits: a provider's, or of a custom one its host's. */
export function providerKeyOf({ row, provider }: RefreshFacts): string {
  if (row.provider !== 'custom') return row.provider;
  const host = URL.parse(provider?.server.endpoints.token ?? '')?.host;
  return host ? `custom:${host}` : 'custom';
}
