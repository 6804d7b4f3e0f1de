import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Allowed, NeedsPermission } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { Page } from '../../ui/page.js';
import { Empty } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { freezeColumns, nameOf, revocationColumns } from './kill-switch.columns.js';
import { freezesQuery, revocationsQuery } from './kill-switch.query.js';
import type { KillSwitchSearch } from './kill-switch.search.js';

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
  const { cursor, tab }: KillSwitchSearch = useSearch({ from });
  const navigate = useNavigate({ from: '/kill-switch' });
  return {
    cursor,
    onCursor: (next: string | undefined) => void navigate({ search: { tab, cursor: next } }),
    onOpen: ({ id }: { id: string }) => void navigate({ to: '/kill-switch/$id', params: { id } }),
  };
}

function Revocations() {
  const paging = usePaging();
  const query = useQuery({ ...revocationsQuery(paging.cursor), placeholderData: keepPreviousData });
  return (
    <DataTable
      label={words.tabs.revocations}
      columns={revocationColumns}
      query={query}
      idOf={({ id }) => id}
      nameOf={nameOf}
      empty={<Empty title={words.empty.revocations}>{words.empty.hint}</Empty>}
      {...paging}
    />
  );
}

function Freezes() {
  const paging = usePaging();
  const query = useQuery({ ...freezesQuery(paging.cursor), placeholderData: keepPreviousData });
  return (
    <DataTable
      label={words.tabs.freezes}
      columns={freezeColumns}
      query={query}
      idOf={({ id }) => id}
      nameOf={nameOf}
      empty={<Empty title={words.empty.freezes}>{words.empty.hint}</Empty>}
      {...paging}
    />
  );
}
