import { Button } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Allowed, NeedsPermission } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { compact } from '../../ui/search-params.js';
import { Empty } from '../../ui/states.js';
import { connectionColumns, consentColumns } from './connections.columns.js';
import { ConnectionFilters } from './connections.filters.js';
import { connectionsQuery, sortOf } from './connections.query.js';
import { filterOf, type ConnectionsFilter, type ConnectionsSearch } from './connections.search.js';
import { SelectionBar, type Chosen } from './selection.bar.js';
import { mostNews, useLiveRows } from './use-live-rows.js';
import { SavedViews } from './views.menu.js';
import { whoOf } from './who.js';
import classes from './connections.module.css';

const words = t.connections;
const nothing: Chosen = { all: false, ids: new Set() };

export function ConnectionsPage() {
  const search = useSearch({ from: '/app/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const go = (next: ConnectionsSearch): void => void navigate({ search: compact(next) });
  const link = (
    <Allowed to="connect:write">
      <Button component={Link} to="/connect-links" leftSection={<IconLink size={14} />}>
        {words.newLink}
      </Button>
    </Allowed>
  );
  return (
    <Page
      title={words.title}
      status={words.status}
      actions={
        <>
          <Allowed to="connections:read">
            <SavedViews search={search} onOpen={go} />
          </Allowed>
          {link}
        </>
      }
    >
      <NeedsPermission permission="connections:read">
        <ConnectionFilters
          filter={filterOf(search)}
          onChange={(change) => go({ ...search, ...change, cursor: undefined })}
          onClear={() => go({ sort: search.sort })}
        />
        <ConnectionList search={search} go={go} empty={link} />
      </NeedsPermission>
    </Page>
  );
}

interface ConnectionListProps {
  search: ConnectionsSearch;
  go: (search: ConnectionsSearch) => void;
  empty: React.ReactNode;
}

function ConnectionList({ search, go, empty }: ConnectionListProps) {
  const filter = filterOf(search);
  const query = useQuery(connectionsQuery(search));
  const { news, showNews } = useLiveRows(search);
  const { chosen, setChosen } = useChosen(filter);
  const isAboutConsent =
    sortOf(search).endsWith('reauthorize_by') || !!(filter.reauthorize_after ?? filter.reauthorize_before);
  const maySelect = useCan('connections:revoke');
  const mayLink = useCan('connect:write');
  const navigate = useNavigate();
  const leftOut = (words.leftOut as Record<string, string>)[sortOf(search).replace('-', '')];
  const rows = query.data?.data ?? [];
  const ids = chosen.all ? new Set(rows.map(({ id }) => id)) : chosen.ids;
  return (
    <div className={classes.list}>
      {news > 0 && (
        <Button className={classes.news} onClick={showNews}>
          {words.news(count(news), news >= mostNews)}
        </Button>
      )}
      {maySelect && ids.size > 0 && (
        <SelectionBar
          {...{ chosen, filter }}
          onAll={() => setChosen({ all: true })}
          onClear={() => setChosen(nothing)}
        />
      )}
      <DataTable
        label={words.title}
        columns={isAboutConsent ? consentColumns : connectionColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={whoOf}
        onOpen={({ id }) => void navigate({ to: '/connections/$id', params: { id } })}
        selection={maySelect ? { ids, onChange: (next) => setChosen({ all: false, ids: next }) } : undefined}
        empty={
          <Empty title={words.empty} action={empty}>
            {mayLink ? words.emptyDetail : words.emptyViewer}
          </Empty>
        }
        isFiltered={Object.keys(filter).length > 0}
        onClearFilters={() => go({ sort: search.sort })}
        sort={sortOf(search)}
        onSort={(sort) => go({ ...filter, sort })}
        cursor={search.cursor}
        onCursor={(cursor) => go({ ...search, cursor })}
      />
      {leftOut && <p className={classes.partial}>{leftOut}</p>}
      {query.data?.partial && (
        <p className={classes.partial} role="status">
          {words.partial}
        </p>
      )}
    </div>
  );
}

/** What is selected holds over pages; another filter clears it. */
function useChosen(filter: ConnectionsFilter): { chosen: Chosen; setChosen: (chosen: Chosen) => void } {
  const of = JSON.stringify(filter);
  const [kept, setKept] = useState<{ of: string; chosen: Chosen }>({ of, chosen: nothing });
  return {
    chosen: kept.of === of ? kept.chosen : nothing,
    setChosen: (chosen) => setKept({ of, chosen }),
  };
}
