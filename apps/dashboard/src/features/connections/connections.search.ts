import { compact, moment, text } from '../../ui/search-params.js';

/** The list's filters, as the API takes them; `state` and `integration` hold several with commas between them. */
export interface ConnectionsFilter {
  q?: string;
  state?: string;
  provider?: string;
  integration?: string;
  end_user?: string;
  email?: string;
  scope?: string;
  tag?: string;
  created_after?: string;
  created_before?: string;
  expires_after?: string;
  expires_before?: string;
  reauthorize_after?: string;
  reauthorize_before?: string;
  last_read_after?: string;
  last_read_before?: string;
}

export interface ConnectionsSearch extends ConnectionsFilter {
  sort?: string;
  cursor?: string;
}

const words = ['q', 'provider', 'end_user', 'email', 'scope', 'tag'] as const;
/** Several, with commas between them. */
const lists = ['state', 'integration'] as const;
const times = [
  'created_after',
  'created_before',
  'expires_after',
  'expires_before',
  'reauthorize_after',
  'reauthorize_before',
  'last_read_after',
  'last_read_before',
] as const;

export function connectionsSearch(raw: Record<string, unknown>): ConnectionsSearch {
  const search: ConnectionsSearch = { sort: text(raw, 'sort'), cursor: cursor(raw) };
  for (const name of words) search[name] = text(raw, name);
  for (const name of lists) search[name] = text(raw, name, 2_000);
  for (const name of times) {
    const at = moment(raw, name);
    // A date, or a time without a zone, would mean another moment to a colleague elsewhere.
    if (at !== undefined) search[name] = new Date(at).toISOString();
  }
  return compact(search);
}

function cursor({ cursor: given }: Record<string, unknown>): string | undefined {
  return typeof given === 'string' && given !== '' && given.length <= 1_000 ? given : undefined;
}

/** The search without its place and order. */
export function filterOf({ sort: _sort, cursor: _cursor, ...filter }: ConnectionsSearch): ConnectionsFilter {
  return compact(filter);
}

export const connectionTabs = ['timeline', 'generations', 'reads'] as const;
export type ConnectionTab = (typeof connectionTabs)[number];

export interface ConnectionSearch {
  tab?: string;
  /** Of the tab that is open. */
  cursor?: string;
}

export function connectionSearch(raw: Record<string, unknown>): ConnectionSearch {
  return { tab: text(raw, 'tab'), cursor: cursor(raw) };
}
