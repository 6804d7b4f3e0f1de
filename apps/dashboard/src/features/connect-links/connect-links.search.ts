import { text } from '../../ui/search-params.js';

export interface ConnectLinksSearch {
  cursor?: string;
  tab?: string;
}

export function connectLinksSearch(raw: Record<string, unknown>): ConnectLinksSearch {
  return { cursor: text(raw, 'cursor'), tab: text(raw, 'tab') };
}
