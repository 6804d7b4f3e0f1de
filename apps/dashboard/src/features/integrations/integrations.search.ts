import { oneOf, positive, text } from '../../ui/search-params.js';

export const integrationTabs = ['integrations', 'providers'] as const;

export const integrationStates = ['draft', 'active', 'paused'] as const;

export interface IntegrationsSearch {
  tab?: (typeof integrationTabs)[number];
  /** A name, in the list or in the catalogue. */
  q?: string;
  state?: (typeof integrationStates)[number];
  page?: number;
}

export function integrationsSearch(raw: Record<string, unknown>): IntegrationsSearch {
  return {
    tab: oneOf(raw, 'tab', integrationTabs),
    q: text(raw, 'q'),
    state: oneOf(raw, 'state', integrationStates),
    page: positive(raw, 'page'),
  };
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
