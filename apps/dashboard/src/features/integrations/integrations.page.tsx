import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { allIntegrations, mostIntegrations } from '../../api/integrations.query.js';
import { allProviders } from '../../api/providers.query.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar, SearchField } from '../../ui/filters.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Empty } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { Catalogue } from './catalogue.js';
import { integrationColumns } from './integrations.columns.js';
import { matching, pageOf } from './integrations.filter.js';
import { integrationStates, integrationTabs, type IntegrationsSearch } from './integrations.search.js';
import classes from './integrations.module.css';

const words = t.integrations;

/** Our clients at providers with how they are, and what is known of each provider. */
export function IntegrationsPage() {
  return (
    <PageFor permission="integrations:read" title={words.title}>
      <Integrations />
    </PageFor>
  );
}

function Integrations() {
  const search: IntegrationsSearch = useSearch({ from: '/app/integrations' });
  const { tab = 'integrations', q } = search;
  const navigate = useNavigate({ from: '/integrations' });
  const go = (search: IntegrationsSearch) => void navigate({ search, replace: true });
  return (
    <Page title={words.title} status={<Status />} actions={<Add />}>
      <UrlTabs
        label={words.tabs.label}
        tabs={integrationTabs.map((value) => ({ value, label: words.tabs[value] }))}
        value={tab}
        onChange={(next) => go(next === 'integrations' ? {} : { tab: next })}
      >
        {tab === 'providers' ? (
          <Catalogue q={q} onQuery={(next) => go({ tab, q: next })} />
        ) : (
          <List search={search} go={go} />
        )}
      </UrlTabs>
    </Page>
  );
}

function Add() {
  return (
    <Allowed to="integrations:write">
      <Button
        leftSection={<IconPlus size={16} />}
        renderRoot={(props) => <Link to="/integrations/new" {...props} />}
      >
        {words.add}
      </Button>
    </Allowed>
  );
}

/** What is wrong goes first. */
function Status() {
  const { data = [] } = useQuery(allIntegrations);
  const paused = data.filter(({ state }) => state === 'paused');
  const drafts = data.filter(({ state }) => state === 'draft').length;
  if (paused.length > 0) return <>{words.paused(paused.map(({ name }) => name).join(', '))}</>;
  return <>{drafts > 0 ? `${words.status} ${words.drafts(drafts)}` : words.status}</>;
}

interface ListProps {
  search: IntegrationsSearch;
  go: (search: IntegrationsSearch) => void;
}

function List({ search, go }: ListProps) {
  const query = useQuery(allIntegrations);
  const { data: providers } = useQuery(allProviders);
  const canCount = useCan('connections:read');
  const navigate = useNavigate();
  const columns = useMemo(() => {
    const names = new Map(providers?.map(({ id, name }) => [id, name]));
    return integrationColumns((id) => names.get(id) ?? id, canCount);
  }, [providers, canCount]);
  const { q, state, page } = search;
  const found = useMemo(() => query.data && matching(query.data, { q, state }), [query.data, q, state]);
  const shown = useMemo(() => found && pageOf(found, page), [found, page]);
  const isFiltered = q !== undefined || state !== undefined;
  return (
    <Stack gap={12}>
      <FilterBar
        count={found && words.count(count(found.length), found.length === 1)}
        isFiltered={isFiltered}
        onClear={() => go({})}
      >
        <SearchField label={words.search} value={q} onChange={(next) => go({ state, q: next })} />
        <ChoiceFilter
          label={words.columns.state}
          options={integrationStates.map((value) => ({ value, label: words.states[value] }))}
          value={state}
          onChange={(value) => go({ q, state: integrationStates.find((each) => each === value) })}
        />
      </FilterBar>
      <DataTable
        label={words.title}
        columns={columns}
        query={{ ...query, data: shown }}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        onOpen={({ id }) => void navigate({ to: '/integrations/$id', params: { id } })}
        empty={
          <Empty title={words.empty} action={<Add />}>
            {words.emptyDetail}
          </Empty>
        }
        isFiltered={isFiltered}
        onClearFilters={() => go({})}
        cursor={page === undefined ? undefined : String(page)}
        onCursor={(next) =>
          void navigate({ to: '/integrations', search: { q, state, page: Number(next) || undefined } })
        }
      />
      {(query.data?.length ?? 0) >= mostIntegrations && (
        <p className={classes.muted}>{words.newestOnly(count(mostIntegrations))}</p>
      )}
    </Stack>
  );
}
