import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { generationsQuery, type Generation } from './connection.query.js';

const words = t.connection.generations;

const columns: Column<Generation>[] = [
  { id: 'generation', header: words.generation, cell: ({ generation }) => generation },
  {
    id: 'state',
    header: words.state,
    cell: ({ state }) => (
      <ToneBadge tone={state === 'current' ? 'ok' : 'off'} form={state === 'current' ? 'tint' : 'outline'}>
        {words[state]}
      </ToneBadge>
    ),
  },
  { id: 'slot', header: words.slot, priority: 3, cell: ({ slot }) => slot },
  {
    id: 'origin',
    header: words.origin,
    priority: 2,
    cell: ({ origin, trigger }) => {
      const triggers: Record<string, string> = t.connection.timeline.triggers;
      return trigger ? `${words.origins[origin]}, ${triggers[trigger] ?? trigger}` : words.origins[origin];
    },
  },
  { id: 'issued', header: words.issued, priority: 2, cell: ({ issued_at: at }) => <Moment at={at} /> },
  {
    id: 'expires',
    header: words.expires,
    priority: 2,
    cell: ({ expires_at: at }) => <Moment at={at} never={t.connections.noExpiry} />,
  },
  {
    id: 'superseded',
    header: words.supersededAt,
    priority: 3,
    cell: ({ superseded_at: at }) => <Moment at={at} never={t.time.none} />,
  },
];

/** What tokens it had, never one of them. */
export function GenerationsTab({ id }: { id: string }) {
  const { cursor } = useSearch({ from: '/app/connections/$id' });
  const navigate = useNavigate({ from: '/connections/$id' });
  return (
    <DataTable
      label={words.label}
      columns={columns}
      query={useQuery(generationsQuery(id, cursor))}
      idOf={({ slot, generation }) => `${slot}.${generation}`}
      nameOf={({ slot, generation }) => `${slot} ${generation}`}
      empty={<Empty title={words.empty} />}
      cursor={cursor}
      onCursor={(next) => void navigate({ search: { tab: 'generations', cursor: next }, resetScroll: false })}
    />
  );
}
