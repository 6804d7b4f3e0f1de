import { useQuery } from '@tanstack/react-query';
import { client, dataOf } from '../api/client.js';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { Identifier } from './identifier.js';

/** A person by the name they have as a member; by their id, where they are none any more. */
export function PersonName({ id }: { id: string | null }) {
  const { session } = usePageState();
  const isOwn = id === session?.person.id;
  const { data } = useQuery({
    queryKey: ['members', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/members/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null && !isOwn,
    staleTime: 60_000,
    retry: false,
  });
  if (id === null) return <>{t.access.nobody}</>;
  if (isOwn) return <>{t.access.you(session?.person.name ?? '')}</>;
  return data ? <>{data.name}</> : <Identifier id={id} />;
}
