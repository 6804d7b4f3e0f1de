import { text } from '../../ui/search-params.js';

export interface SignalsSearch {
  cursor?: string;
  tab?: string;
}

export function signalsSearch(raw: Record<string, unknown>): SignalsSearch {
  return { cursor: text(raw, 'cursor'), tab: text(raw, 'tab') };
}
