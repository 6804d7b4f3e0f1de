import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Empty } from '../../ui/states.js';
import { readersQuery, type Reader } from './connection.query.js';
import classes from './connection.module.css';

const words = t.connection.reads;

const columns: Column<Reader>[] = [
  {
    id: 'who',
    header: words.who,
    cell: ({ caller }) => (
      <>
        {words.kinds[caller.type]} <Identifier id={caller.id} />
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
              <li key={from}>{words.gap(utc(from), utc(to))}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

const utc = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`;
