import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Allowed, NeedsPermission } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar } from '../../ui/filters.js';
import { useNames } from '../../ui/names.js';
import { Page } from '../../ui/page.js';
import { compact } from '../../ui/search-params.js';
import { Empty } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { freezeColumns, jobName, revocationColumns } from './kill-switch.columns.js';
import { freezesQuery, revocationsQuery } from './kill-switch.query.js';
import type { KillSwitchSearch } from './kill-switch.search.js';
import classes from './kill-switch.module.css';

const words = t.killSwitch;
const from = '/app/kill-switch';
const tabs = [
  { value: 'revocations', label: words.tabs.revocations },
  { value: 'freezes', label: words.tabs.freezes },
] as const;

/** What was stopped so far, newest first. */
export function KillSwitchPage() {
  const { tab }: KillSwitchSearch = useSearch({ from });
  const navigate = useNavigate({ from: '/kill-switch' });
  const chosen = tab === 'freezes' ? 'freezes' : 'revocations';
  return (
    <Page title={words.title} status={words.status} actions={<Start />}>
      <NeedsPermission permission="connections:read">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={chosen}
          onChange={(next) => void navigate({ search: next === 'revocations' ? {} : { tab: next } })}
        >
          {chosen === 'revocations' ? <Revocations /> : <Freezes />}
        </UrlTabs>
      </NeedsPermission>
    </Page>
  );
}

function Start() {
  return (
    <Allowed to="connections:revoke">
      <Button
        component={Link}
        to="/kill-switch/new"
        color="red"
        leftSection={<IconAlertOctagon size={16} aria-hidden />}
      >
        {words.start}
      </Button>
    </Allowed>
  );
}

/** The cursor of the list, in the URL, and where a row leads. */
function usePaging() {
  const search: KillSwitchSearch = useSearch({ from });
  const navigate = useNavigate({ from: '/kill-switch' });
  return {
    cursor: search.cursor,
    onCursor: (cursor: string | undefined) => void navigate({ search: compact({ ...search, cursor }) }),
    onOpen: ({ id }: { id: string }) => void navigate({ to: '/kill-switch/$id', params: { id } }),
  };
}

function Revocations() {
  const paging = usePaging();
  const names = useNames();
  const search: KillSwitchSearch = useSearch({ from });
  const navigate = useNavigate({ from: '/kill-switch' });
  const query = useQuery({ ...revocationsQuery(search), placeholderData: keepPreviousData });
  const { of, progress } = search;
  const isFiltered = Boolean(of ?? progress);
  const filter = (next: KillSwitchSearch): void =>
    void navigate({ search: compact({ of, progress, ...next }) });
  const clear = (): void => void navigate({ search: {} });
  return (
    <div className={classes.list}>
      <FilterBar isFiltered={isFiltered} onClear={clear}>
        <ChoiceFilter
          label={words.filters.of}
          options={optionsOf(words.filters.extents)}
          value={of}
          onChange={(value) => filter({ of: value as KillSwitchSearch['of'] })}
        />
        <ChoiceFilter
          label={words.filters.progress}
          options={optionsOf(words.filters.progresses)}
          value={progress}
          onChange={(value) => filter({ progress: value as KillSwitchSearch['progress'] })}
        />
      </FilterBar>
      <DataTable
        label={words.tabs.revocations}
        columns={revocationColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={(job) => jobName(job, names)}
        empty={<Empty title={words.empty.revocations}>{words.empty.hint}</Empty>}
        isFiltered={isFiltered}
        onClearFilters={clear}
        {...paging}
      />
    </div>
  );
}

const optionsOf = (labels: Record<string, string>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

function Freezes() {
  const paging = usePaging();
  const names = useNames();
  const query = useQuery({ ...freezesQuery(paging.cursor), placeholderData: keepPreviousData });
  return (
    <DataTable
      label={words.tabs.freezes}
      columns={freezeColumns}
      query={query}
      idOf={({ id }) => id}
      nameOf={(job) => jobName(job, names)}
      empty={<Empty title={words.empty.freezes}>{words.empty.hint}</Empty>}
      {...paging}
    />
  );
}
