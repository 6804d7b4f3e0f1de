import { text } from '../../ui/search-params.js';

export interface IntegrationsSearch {
  q?: string;
  cursor?: string;
}

export function integrationsSearch(raw: Record<string, unknown>): IntegrationsSearch {
  return { q: text(raw, 'q'), cursor: text(raw, 'cursor') };
}

export interface NewIntegrationSearch {
  provider?: string;
}

export function newIntegrationSearch(raw: Record<string, unknown>): NewIntegrationSearch {
  return { provider: text(raw, 'provider') };
}
