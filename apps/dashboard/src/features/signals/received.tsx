import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar } from '../../ui/filters.js';
import { compact } from '../../ui/search-params.js';
import { Empty } from '../../ui/states.js';
import { namesOf, receivedColumns } from './received.columns.js';
import { receivedQuery, streamsQuery } from './signals.query.js';
import type { SignalsSearch } from './signals.search.js';
import classes from './signals.module.css';

const words = t.signals.received;

/** What came and was done, newest first: from the audit log, where each event leaves one entry. */
export function Received() {
  const { stream, cursor }: SignalsSearch = useSearch({ from: '/app/signals' });
  const navigate = useNavigate({ from: '/signals' });
  const query = useQuery(receivedQuery({ stream, cursor }));
  const { data: streams } = useQuery(streamsQuery(undefined));
  const go = (search: SignalsSearch): void =>
    void navigate({ search: compact<SignalsSearch>({ tab: 'received', ...search }) });
  const options = (streams?.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className={classes.stack}>
      <FilterBar isFiltered={stream !== undefined} onClear={() => go({})}>
        <ChoiceFilter
          label={words.stream}
          options={options}
          value={stream}
          onChange={(next) => go({ stream: next })}
        />
      </FilterBar>
      <DataTable
        label={t.signals.tabs.received}
        columns={receivedColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={namesOf}
        onOpen={({ id }) => void navigate({ to: '/audit/$id', params: { id } })}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
        isFiltered={stream !== undefined}
        onClearFilters={() => go({})}
        cursor={cursor}
        onCursor={(next) => go({ stream, cursor: next })}
      />
    </div>
  );
}
