import type { ResolvedProvider } from './resolved-provider.js';

interface LimitedIntegration {
  id: string;
  provider: string;
  limits: { concurrency?: number; requests_per_second?: number };
}

/** Whose incidents and limits: a provider's, or of a custom one its host's. */
export function providerKeyOf(
  { provider }: Pick<LimitedIntegration, 'provider'>,
  resolved: ResolvedProvider | undefined,
): string {
  if (provider !== 'custom') return provider;
  const host = URL.parse(resolved?.server.endpoints.token ?? '')?.host;
  return host ? `custom:${host}` : 'custom';
}

/** The limits that requests in an integration's name keep to, whatever they are about: its provider's, and its own. */
export function requestLimitsOf(
  integration: LimitedIntegration,
  resolved: ResolvedProvider | undefined,
): { key: string; concurrency?: number; requestsPerSecond?: number }[] {
  const { concurrency, requests_per_second: requestsPerSecond } = integration.limits;
  return [
    { key: `provider:${providerKeyOf(integration, resolved)}`, ...resolved?.limits },
    { key: `integration:${integration.id}`, concurrency, requestsPerSecond },
  ].filter((limit) => limit.concurrency !== undefined || limit.requestsPerSecond !== undefined);
}
