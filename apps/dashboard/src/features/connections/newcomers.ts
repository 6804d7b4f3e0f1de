import type { LiveEvent } from '../../live/live-frames.js';
import type { ConnectionsFilter } from './connections.search.js';

/** What an event tells of a connection by itself. */
const told = {
  state: ({ state }, wanted) => wanted.split(',').includes(String(state)),
  provider: ({ provider }, wanted) => provider === wanted,
  integration: ({ integration }, wanted) => wanted.split(',').includes(String(integration)),
  end_user: ({ end_user: user }, wanted) => user === wanted,
  tag: ({ tags = {} }, wanted) =>
    Object.entries(tags as Record<string, string>).some((pair) => pair.join(':') === wanted),
} satisfies Partial<
  Record<keyof ConnectionsFilter, (data: Record<string, unknown>, wanted: string) => boolean>
>;

/**
 * Whether what was just authorized is newer than the `first` of a list, newest first, and belongs to it. Ids grow with
 * time: an older connection whose user consented again is none. Of a filter that the event cannot answer, nothing is.
 */
export function isNewcomer(
  { type, subject, data }: Pick<LiveEvent, 'type' | 'subject' | 'data'>,
  filter: ConnectionsFilter,
  first: string | undefined,
): boolean {
  if (type !== 'connection.authorized' || (first !== undefined && subject <= first)) return false;
  return Object.entries(filter).every(
    ([name, wanted]) => name in told && told[name as keyof typeof told](data, wanted),
  );
}
