import { flag, oneOf, text } from '../../ui/search-params.js';

export const linkStates = ['open', 'awaiting_confirmation', 'completed', 'failed', 'expired'] as const;
export type LinkStateName = (typeof linkStates)[number];

export interface ConnectLinksSearch {
  cursor?: string;
  state?: LinkStateName;
  integration?: string;
  end_user?: string;
  /** The dialog that makes one is open; where the list is one integration’s, that one is chosen. */
  new?: true;
  /** One link is looked at. */
  link?: string;
}

export function connectLinksSearch(raw: Record<string, unknown>): ConnectLinksSearch {
  return {
    cursor: text(raw, 'cursor'),
    state: oneOf(raw, 'state', linkStates),
    integration: text(raw, 'integration'),
    end_user: text(raw, 'end_user'),
    new: flag(raw, 'new'),
    link: text(raw, 'link'),
  };
}
