import { text } from '../../ui/search-params.js';

export interface JobsSearch {
  cursor?: string;
  tab?: string;
}

export function jobsSearch(raw: Record<string, unknown>): JobsSearch {
  return { cursor: text(raw, 'cursor'), tab: text(raw, 'tab') };
}
