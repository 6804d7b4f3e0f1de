import type { QueryClient } from '@tanstack/react-query';

/** Not `connections`: live events patch the rows that are shown and never make them jump. */
export const listKey = 'connection-list';

/** A connection changed: lists that are not shown are read again when they are. */
export const outdateLists = (queries: QueryClient): Promise<void> =>
  queries.invalidateQueries({ queryKey: [listKey], refetchType: 'none' });
