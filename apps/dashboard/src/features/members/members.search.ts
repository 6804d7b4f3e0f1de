import { flag, oneOf, text } from '../../ui/search-params.js';

export const memberTabs = ['members', 'invitations', 'roles'] as const;

export interface MembersSearch {
  cursor?: string;
  tab?: (typeof memberTabs)[number];
  /** The dialog that invites is open. */
  new?: true;
}

export function membersSearch(raw: Record<string, unknown>): MembersSearch {
  return { cursor: text(raw, 'cursor'), tab: oneOf(raw, 'tab', memberTabs), new: flag(raw, 'new') };
}
