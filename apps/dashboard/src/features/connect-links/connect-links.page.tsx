import { Button } from '@mantine/core';
import { IconLinkPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { MadeConnectLink } from '../../api/connect-links.query.js';
import { allIntegrations } from '../../api/integrations.query.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar, SearchField } from '../../ui/filters.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Empty } from '../../ui/states.js';
import { linkColumns, whoOf } from './connect-links.columns.js';
import { connectLinksQuery } from './connect-links.query.js';
import { linkStates, type ConnectLinksSearch } from './connect-links.search.js';
import { LinkDialog, NewLinkDialog } from './link.dialogs.js';

const words = t.connectLinks;
const byNew = (search: { new?: unknown }) => search.new;

/** Links that were made, what came of them, and making one. */
export function ConnectLinksPage() {
  return (
    <PageFor permission="connections:read" title={words.title}>
      <Links />
    </PageFor>
  );
}

function Links() {
  const search = useSearch({ from: '/app/connect-links' });
  const navigate = useNavigate({ from: '/connect-links' });
  const canMake = useCan('connect:write');
  // Only here, in memory: the link is in no URL, no storage, and in no later answer.
  const [made, setMade] = useState<MadeConnectLink>();
  const query = useQuery(connectLinksQuery(search));
  // The dialog opens with its form, so that the focus begins in it.
  const isReady = useQuery({ ...allIntegrations, enabled: canMake }).isFetched;
  const columns = useMemo(() => linkColumns(canMake), [canMake]);
  const go = (next: Partial<ConnectLinksSearch>) =>
    void navigate({
      search: (now: ConnectLinksSearch) => ({ ...now, cursor: undefined, ...next }),
      replace: true,
    });
  // Cancelled, or left after it was asked about: not asked again.
  const closeNew = () =>
    void navigate({
      search: (now: ConnectLinksSearch) => ({ ...now, new: undefined }),
      replace: true,
      ignoreBlocker: true,
    });
  const open = () => go({ new: true });
  const make = (
    <Allowed to="connect:write">
      <Button leftSection={<IconLinkPlus size={16} />} onClick={open}>
        {words.make}
      </Button>
    </Allowed>
  );
  const isFiltered = Boolean(search.state ?? search.integration ?? search.end_user);
  return (
    <Page title={words.title} status={words.status} actions={make}>
      <LinkFilters search={search} isFiltered={isFiltered} go={go} />
      <DataTable
        label={words.title}
        columns={columns}
        query={query}
        idOf={({ id }) => id}
        nameOf={whoOf}
        onOpen={canMake ? ({ id }) => go({ link: id, cursor: search.cursor }) : undefined}
        empty={
          <Empty title={words.empty} action={make}>
            {words.emptyDetail}
          </Empty>
        }
        isFiltered={isFiltered}
        onClearFilters={() => void navigate({ search: {} })}
        cursor={search.cursor}
        onCursor={(cursor) => void navigate({ search: (now: ConnectLinksSearch) => ({ ...now, cursor }) })}
      />
      <LivesBy value={byNew}>
        <NewLinkDialog
          isOpen={Boolean(search.new) && canMake && isReady}
          integration={search.integration}
          onClose={closeNew}
          onMade={(link) => {
            setMade(link);
            go({ new: undefined, link: link.id });
          }}
        />
      </LivesBy>
      <LinkDialog
        id={canMake ? search.link : undefined}
        url={made?.id === search.link ? made?.url : undefined}
        onClose={() => go({ link: undefined, cursor: search.cursor })}
      />
    </Page>
  );
}

interface LinkFiltersProps {
  search: ConnectLinksSearch;
  isFiltered: boolean;
  go: (next: Partial<ConnectLinksSearch>) => void;
}

function LinkFilters({ search, isFiltered, go }: LinkFiltersProps) {
  const integrations = useQuery({ ...allIntegrations, enabled: useCan('integrations:read') }).data ?? [];
  return (
    <FilterBar
      isFiltered={isFiltered}
      onClear={() => go({ state: undefined, integration: undefined, end_user: undefined })}
    >
      <SearchField
        label={words.filters.who}
        value={search.end_user}
        onChange={(user) => go({ end_user: user })}
      />
      <ChoiceFilter
        label={words.filters.state}
        options={linkStates.map((value) => ({ value, label: t.connectLink.states[value] }))}
        value={search.state}
        onChange={(value) => go({ state: linkStates.find((state) => state === value) })}
      />
      <ChoiceFilter
        label={words.filters.integration}
        options={integrations.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.integration}
        onChange={(integration) => go({ integration })}
      />
    </FilterBar>
  );
}
