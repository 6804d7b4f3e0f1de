/** What a URL takes with it in every browser and proxy. */
const mostCharacters = 6_500;

declare module '@tanstack/history' {
  interface HistoryState {
    /** Ids of a selection that is too long for a URL. */
    connections?: readonly string[];
  }
}

interface NamedConnections {
  search: { connections?: string; listed?: string };
  state: { connections?: readonly string[] };
}

/**
 * Connections by id, for `navigate({ to: '/kill-switch/new', … })`: in the URL where they fit; else they go with the
 * history entry, and the URL says how many there must be, so that without them it never means more.
 */
export function namedConnections(ids: readonly string[]): NamedConnections {
  if (ids.length === 0) return { search: {}, state: {} };
  const joined = ids.join(',');
  if (joined.length <= mostCharacters) return { search: { connections: joined }, state: {} };
  return { search: { listed: String(ids.length) }, state: { connections: ids } };
}
