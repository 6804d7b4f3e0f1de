import { text } from '../../ui/search-params.js';

export interface ApprovalsSearch {
  cursor?: string;
  tab?: string;
}

export function approvalsSearch(raw: Record<string, unknown>): ApprovalsSearch {
  return { cursor: text(raw, 'cursor'), tab: text(raw, 'tab') };
}
