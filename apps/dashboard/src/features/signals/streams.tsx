import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { Empty } from '../../ui/states.js';
import { streamsQuery, type Stream } from './signals.query.js';
import { StreamBadge } from './stream-state.js';

const words = t.signals.streams;

const columns: readonly Column<Stream>[] = [
  {
    id: 'name',
    header: words.columns.name,
    cell: ({ id, name }) => (
      <Link to="/signals/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { id: 'state', header: words.columns.state, cell: (stream) => <StreamBadge stream={stream} /> },
  {
    id: 'delivery',
    header: words.columns.delivery,
    cell: ({ delivery }) => words.delivery[delivery],
    priority: 2,
  },
  { id: 'policy', header: words.columns.policy, cell: policyOf, priority: 2 },
  {
    id: 'verified',
    header: words.columns.verified,
    cell: (stream) => <Moment at={stream.verified_at} />,
    priority: 3,
  },
  {
    id: 'added',
    header: words.columns.added,
    cell: (stream) => <Moment at={stream.created_at} />,
    priority: 3,
  },
];

function policyOf({ policies, events }: Stream): string {
  const actions = Object.entries(policies)
    .filter(([type]) => events === null || events.includes(type))
    .map(([, action]) => action);
  const countOf = (action: string) => actions.filter((each) => each === action).length;
  return words.policy(countOf('revoke'), countOf('freeze'));
}

export function Streams() {
  const { cursor } = useSearch({ from: '/app/signals' });
  const navigate = useNavigate({ from: '/signals' });
  const query = useQuery(streamsQuery(cursor));
  return (
    <DataTable
      label={t.signals.tabs.streams}
      columns={columns}
      query={query}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      onOpen={({ id }) => void navigate({ to: '/signals/$id', params: { id } })}
      empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
      cursor={cursor}
      onCursor={(next) => void navigate({ search: next === undefined ? {} : { cursor: next } })}
    />
  );
}
