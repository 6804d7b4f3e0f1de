import { useQuery } from '@tanstack/react-query';
import { client, dataOf } from '../api/client.js';
import { useCan } from '../api/session-state.js';

/** True where an integration of this workspace is one at the sandbox. */
export function useIsSandbox(): boolean {
  const isAllowed = useCan('integrations:read');
  const { data } = useQuery({
    queryKey: ['integrations', 'sandbox'],
    queryFn: () => dataOf(client.GET('/v1/integrations', { params: { query: { limit: 200 } } })),
    enabled: isAllowed,
    staleTime: 60_000,
  });
  return data?.data.some(({ provider }) => provider === 'sandbox') ?? false;
}
