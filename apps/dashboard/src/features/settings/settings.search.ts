import { oneOf, text } from '../../ui/search-params.js';

export const reaperRules = ['dead', 'unread', 'erase'] as const;

export interface SettingsSearch {
  /** Of the dry run of the reaper. */
  rule?: (typeof reaperRules)[number];
  cursor?: string;
  /** The end user that is looked at. */
  end_user?: string;
}

export function settingsSearch(raw: Record<string, unknown>): SettingsSearch {
  return {
    rule: oneOf(raw, 'rule', reaperRules),
    cursor: text(raw, 'cursor'),
    end_user: text(raw, 'end_user'),
  };
}
