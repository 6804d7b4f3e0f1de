import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { DataTable } from '../../ui/data-table.js';
import { useNames } from '../../ui/names.js';
import { Empty } from '../../ui/states.js';
import { jobsColumns } from './jobs.columns.js';
import { countsQuery, troublesQuery } from './jobs.query.js';
import type { JobsSearch } from './jobs.search.js';
import { KindFigures } from './kind-figures.js';
import { troubleName, troublesIn } from './trouble-words.js';
import classes from './jobs.module.css';

const words = t.jobs;

export function Troubles() {
  const { kind, cursor }: JobsSearch = useSearch({ from: '/app/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const mayWrite = useCan('connections:write');
  const columns = useMemo(() => jobsColumns(mayWrite), [mayWrite]);
  const names = useNames();
  const query = useQuery(troublesQuery({ kind, cursor }));
  const { data: counts } = useQuery(countsQuery);
  const isMore = kind === undefined && counts && troublesIn(counts) > (query.data?.data.length ?? 0);
  return (
    <div className={classes.stack}>
      {counts && <KindFigures counts={counts} chosen={kind} />}
      {kind && <p className={classes.note}>{words.kindsWhat[kind]}</p>}
      {isMore && query.data && <p className={classes.note}>{words.firstOfEach}</p>}
      <DataTable
        label={words.tabs.stuck}
        columns={columns}
        query={query}
        idOf={(row) => `${row.kind} ${row.attempt ?? row.connection} ${row.slot ?? ''}`}
        nameOf={(trouble) => troubleName(trouble, names)}
        onOpen={({ connection }) => void navigate({ to: '/connections/$id', params: { id: connection } })}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
        isFiltered={kind !== undefined}
        onClearFilters={() => void navigate({ search: {} })}
        cursor={cursor}
        onCursor={kind && ((next) => void navigate({ search: { kind, ...(next && { cursor: next }) } }))}
      />
    </div>
  );
}
