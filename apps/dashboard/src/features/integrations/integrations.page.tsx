import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { allIntegrations } from '../../api/integrations.query.js';
import { allProviders } from '../../api/providers.query.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Empty } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { Catalogue } from './catalogue.js';
import { integrationColumns } from './integrations.columns.js';
import { integrationsQuery } from './integrations.query.js';
import { integrationTabs, type IntegrationsSearch } from './integrations.search.js';

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
  const { tab = 'integrations', q, cursor } = useSearch({ from: '/app/integrations' });
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
          <List cursor={cursor} onCursor={(next) => void navigate({ search: { cursor: next } })} />
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
  cursor: string | undefined;
  onCursor: (cursor: string | undefined) => void;
}

function List({ cursor, onCursor }: ListProps) {
  const query = useQuery(integrationsQuery(cursor));
  const { data: providers } = useQuery(allProviders);
  const canCount = useCan('connections:read');
  const navigate = useNavigate();
  const columns = useMemo(() => {
    const names = new Map(providers?.map(({ id, name }) => [id, name]));
    return integrationColumns((id) => names.get(id) ?? id, canCount);
  }, [providers, canCount]);
  return (
    <DataTable
      label={words.title}
      columns={columns}
      query={query}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      onOpen={({ id }) => void navigate({ to: '/integrations/$id', params: { id } })}
      empty={
        <Empty title={words.empty} action={<Add />}>
          {words.emptyDetail}
        </Empty>
      }
      cursor={cursor}
      onCursor={onCursor}
    />
  );
}
