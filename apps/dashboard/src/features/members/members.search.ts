import { text } from '../../ui/search-params.js';

export interface MembersSearch {
  cursor?: string;
  tab?: string;
}

export function membersSearch(raw: Record<string, unknown>): MembersSearch {
  return { cursor: text(raw, 'cursor'), tab: text(raw, 'tab') };
}
