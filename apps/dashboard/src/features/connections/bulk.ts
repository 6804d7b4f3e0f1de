import { namedConnections } from '../../ui/kill-switch-link.js';
import type { ConnectionsFilter } from './connections.search.js';

/** What the kill switch opens with. */
interface Bulk {
  search: {
    kind: 'freeze' | 'revoke';
    connections?: string;
    listed?: string;
    state?: string;
    provider?: string;
    integration?: string;
    end_user?: string;
    scope?: string;
    tags?: string;
    created_after?: string;
    created_before?: string;
    last_read_before?: string;
  };
  state: { connections?: readonly string[] };
}

const onlyOfList = [
  ...(['q', 'email', 'expires_after', 'expires_before'] as const),
  ...(['reauthorize_after', 'reauthorize_before', 'last_read_after'] as const),
];
const oneOnly = ['state', 'integration'] as const;
export type Unselectable = (typeof onlyOfList)[number] | (typeof oneOnly)[number];

/** The filters that a selector cannot say; leaving one out would hit more than was meant. */
export function unselectable(filter: ConnectionsFilter): Unselectable[] {
  return [
    ...onlyOfList.filter((name) => filter[name] !== undefined),
    ...oneOnly.filter((name) => filter[name]?.includes(',')),
  ];
}

export function bulkOfIds(kind: 'freeze' | 'revoke', ids: readonly string[]): Bulk {
  const { search, state } = namedConnections(ids);
  return { search: { kind, ...search }, state };
}

/** The filter itself, not the ids it finds now; only of one whose `unselectable` is empty. */
export function bulkOfFilter(kind: 'freeze' | 'revoke', filter: ConnectionsFilter): Bulk {
  const { tag, state, provider, integration, end_user, scope } = filter;
  const { created_after, created_before, last_read_before } = filter;
  const search = { state, provider, integration, end_user, scope, tags: tag };
  return { search: { kind, ...search, created_after, created_before, last_read_before }, state: {} };
}
