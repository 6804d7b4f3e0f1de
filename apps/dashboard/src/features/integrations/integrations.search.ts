import { oneOf, text } from '../../ui/search-params.js';

export const integrationTabs = ['integrations', 'providers'] as const;

export interface IntegrationsSearch {
  tab?: (typeof integrationTabs)[number];
  /** Of the catalogue. */
  q?: string;
  cursor?: string;
}

export function integrationsSearch(raw: Record<string, unknown>): IntegrationsSearch {
  return { tab: oneOf(raw, 'tab', integrationTabs), q: text(raw, 'q'), cursor: text(raw, 'cursor') };
}

export const newIntegrationSteps = ['register', 'client', 'test', 'done'] as const;
export type NewIntegrationStep = (typeof newIntegrationSteps)[number];

/** How far it is: a reload goes on from here. */
export interface NewIntegrationSearch {
  provider?: string;
  /** The integration that is being set up. */
  draft?: string;
  step?: NewIntegrationStep;
  q?: string;
}

export function newIntegrationSearch(raw: Record<string, unknown>): NewIntegrationSearch {
  return {
    provider: text(raw, 'provider'),
    draft: text(raw, 'draft'),
    step: oneOf(raw, 'step', newIntegrationSteps),
    q: text(raw, 'q'),
  };
}
