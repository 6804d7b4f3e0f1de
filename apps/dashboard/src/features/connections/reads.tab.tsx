import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { Moment, utcSecond } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { ObjectLink } from '../../ui/object-link.js';
import { Empty } from '../../ui/states.js';
import { readerNamesQuery, readersQuery, type Reader } from './connection.query.js';
import classes from './connection.module.css';

const words = t.connection.reads;

const objectKinds = { api_key: 'api_key', workload: 'workload_identity' } as const;

/** `nameOf`: where the reader of this page may know it. */
const columnsOf = (nameOf: (id: string) => string | undefined): Column<Reader>[] => [
  {
    id: 'who',
    header: words.who,
    cell: ({ caller: { type, id } }) => (
      <>
        {words.kinds[type]} <ObjectLink id={id} kind={objectKinds[type]} name={nameOf(id)} copy />
      </>
    ),
  },
  { id: 'network', header: words.network, priority: 2, cell: ({ network }) => <code>{network}</code> },
  { id: 'last', header: words.last, cell: ({ last_at: at }) => <Moment at={at} /> },
  { id: 'first', header: words.first, priority: 3, cell: ({ first_at: at }) => <Moment at={at} /> },
  {
    id: 'reads',
    header: words.reads,
    priority: 2,
    align: 'end',
    cell: ({ reads }) => words.times(count(reads), reads === 1),
  },
];

/** Who read its tokens, when, and from which network; and when reads may be missing. */
export function ReadsTab({ id }: { id: string }) {
  const query = useQuery(readersQuery(id));
  const { data: names } = useQuery({ ...readerNamesQuery, enabled: useCan('keys:write') });
  const columns = useMemo(() => columnsOf((reader) => names?.get(reader)), [names]);
  const gaps = query.data?.gaps ?? [];
  return (
    <>
      <DataTable
        label={words.label}
        columns={columns}
        query={asPage({ ...query, data: query.data?.data })}
        idOf={({ caller, network }) => `${caller.type}.${caller.id}.${network}`}
        nameOf={({ caller }) => caller.id}
        empty={<Empty title={words.empty} />}
      />
      {gaps.length > 0 && (
        <div className={classes.gaps}>
          <p>{words.gaps(gaps.length)}</p>
          <ul>
            {gaps.slice(0, 10).map(({ from, to }) => (
              <li key={from}>{words.gap(utcSecond(from), utcSecond(to))}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
