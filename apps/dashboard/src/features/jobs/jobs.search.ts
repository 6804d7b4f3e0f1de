import { oneOf, text } from '../../ui/search-params.js';

export const troubleKinds = ['waiting', 'degraded', 'quarantined', 'in_doubt', 'orphaned'] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export interface JobsSearch {
  tab?: 'incidents' | 'engine';
  kind?: TroubleKind;
  cursor?: string;
}

export function jobsSearch(raw: Record<string, unknown>): JobsSearch {
  return {
    tab: oneOf(raw, 'tab', ['incidents', 'engine']),
    kind: oneOf(raw, 'kind', troubleKinds),
    cursor: text(raw, 'cursor'),
  };
}
