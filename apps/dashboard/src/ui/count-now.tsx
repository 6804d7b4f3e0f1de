import { useQuery } from '@tanstack/react-query';
import { client, dataOf } from '../api/client.js';
import type { components } from '../api/schema.js';
import { useCan } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { count } from './number.js';
import type { AnySelector } from './selector-facts.js';

type Preview = components['schemas']['SelectionPreview'];
const words = t.selection;

/** How many a kept selector matches at this moment; it cannot be counted where its ids were not kept. */
export function CountNow({ selector }: { selector: AnySelector }) {
  const isAllowed = useCan('connections:revoke');
  const isWhole = selector['connection_count'] === undefined;
  const { data, error } = useQuery({
    queryKey: ['revocation', 'count-now', selector],
    queryFn: async ({ signal }) => {
      const body = { selector, dry_run: true };
      return (await dataOf(client.POST('/v1/revocations', { body, signal }))) as Preview;
    },
    enabled: isAllowed && isWhole,
    staleTime: 30_000,
    retry: false,
  });
  if (!isWhole) return <>{words.nowUnknown}</>;
  if (!isAllowed) return <>{t.time.none}</>;
  if (data) return <>{words.connections(count(data.count))}</>;
  return <>{error ? words.nowFailed : words.counting}</>;
}
