import { flag, oneOf, text } from '../../ui/search-params.js';

export const keyTabs = ['keys', 'workloads'] as const;

export interface ApiKeysSearch {
  tab?: (typeof keyTabs)[number];
  cursor?: string;
  /** The id of the key, or of the workload identity, that is open beside the list. */
  open?: string;
  /** The dialog that makes one is open. */
  new?: true;
}

/** What the forms beside the list are there by. */
export const byOpen = ({ tab, open, new: isNew }: ApiKeysSearch) => ({ tab, open, new: isNew });

export function apiKeysSearch(raw: Record<string, unknown>): ApiKeysSearch {
  return {
    tab: oneOf(raw, 'tab', keyTabs),
    cursor: text(raw, 'cursor'),
    open: text(raw, 'open'),
    new: flag(raw, 'new'),
  };
}
