import { moment, text } from '../../ui/search-params.js';

export interface ConnectionsSearch {
  q?: string;
  state?: string;
  provider?: string;
  integration?: string;
  end_user?: string;
  scope?: string;
  created_after?: string;
  created_before?: string;
  expires_before?: string;
  last_read_before?: string;
  tag?: string;
  sort?: string;
  cursor?: string;
}

export function connectionsSearch(raw: Record<string, unknown>): ConnectionsSearch {
  return {
    q: text(raw, 'q'),
    state: text(raw, 'state'),
    provider: text(raw, 'provider'),
    integration: text(raw, 'integration'),
    end_user: text(raw, 'end_user'),
    scope: text(raw, 'scope'),
    created_after: moment(raw, 'created_after'),
    created_before: moment(raw, 'created_before'),
    expires_before: moment(raw, 'expires_before'),
    last_read_before: moment(raw, 'last_read_before'),
    tag: text(raw, 'tag'),
    sort: text(raw, 'sort'),
    cursor: text(raw, 'cursor'),
  };
}

export interface ConnectionSearch {
  tab?: string;
}

export function connectionSearch(raw: Record<string, unknown>): ConnectionSearch {
  return { tab: text(raw, 'tab') };
}
