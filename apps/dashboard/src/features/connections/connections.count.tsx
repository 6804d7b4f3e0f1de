import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { connectionCountQuery } from './connections.query.js';
import type { ConnectionsFilter } from './connections.search.js';

/** How many match: exact, or `about` so many. It loads apart from the list. */
export function CountOf({ filter }: { filter: ConnectionsFilter }) {
  const { data, error } = useQuery(connectionCountQuery(filter));
  if (data) return t.connections.counted(count(data.count, data.estimate), data.count === 1);
  return error ? t.connections.uncounted : t.connections.counting;
}
