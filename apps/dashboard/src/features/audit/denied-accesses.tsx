import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { FilterBar } from '../../ui/filters.js';
import { UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { asPage } from '../../ui/data-table.js';
import { Empty } from '../../ui/states.js';
import { TimeRange } from '../../ui/time-range.js';
import { deniedQuery, mostDenied, type DeniedAccess } from './audit.query.js';
import classes from './audit.module.css';

const words = t.audit.denied;

const columns: readonly Column<DeniedAccess>[] = [
  { id: 'address', header: words.address, cell: ({ address }) => <code>{address}</code> },
  { id: 'count', header: words.count, cell: (row) => count(row.count), align: 'end' },
  {
    id: 'reason',
    header: words.reason,
    cell: ({ reason }) => words.reasons[reason] ?? reason.replaceAll('-', ' '),
    priority: 2,
  },
  { id: 'minute', header: words.minute, cell: ({ minute }) => <UtcMoment at={minute} />, priority: 2 },
];

/** Who was turned away, and how often. */
export function DeniedAccesses() {
  const { after } = useSearch({ from: '/app/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const query = useQuery(deniedQuery(after));
  const rows = query.data?.data;
  return (
    <div className={classes.stack}>
      <FilterBar
        isFiltered={after !== undefined}
        onClear={() => void navigate({ search: { tab: 'denied' } })}
        count={rows && rows.length >= mostDenied && words.capped}
      >
        <TimeRange
          label={words.since}
          value={{ after }}
          onChange={(span) =>
            void navigate({
              search: { tab: 'denied', ...(span.after !== undefined && { after: span.after }) },
            })
          }
        />
      </FilterBar>
      <DataTable
        label={t.audit.tabs.denied}
        columns={columns}
        query={asPage({ ...query, data: rows })}
        idOf={({ minute, address, reason }) => `${minute} ${address} ${reason}`}
        nameOf={({ address }) => address}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
      />
    </div>
  );
}
