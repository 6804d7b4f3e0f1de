import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { FilterBar, SearchField } from '../../ui/filters.js';
import { Empty } from '../../ui/states.js';
import { allProviders, type Provider } from '../../api/providers.query.js';
import { lifeWords, revocationWords, rotationWords } from './provider-words.js';
import classes from './integrations.module.css';

const words = t.integrations.catalogue;

/** Those that are called so, or have it in their id. */
export function matching(providers: readonly Provider[], query: string | undefined): readonly Provider[] {
  const sought = query?.trim().toLowerCase() ?? '';
  return providers.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(sought));
}

interface CatalogueProps {
  q: string | undefined;
  onQuery: (q: string | undefined) => void;
}

/** What is known of each provider. It is whole here, so that it is searched here. */
export function Catalogue({ q, onQuery }: CatalogueProps) {
  const query = useQuery(allProviders);
  const canAdd = useCan('integrations:write');
  const columns = useMemo(() => providerColumns(canAdd), [canAdd]);
  const data = useMemo(() => query.data && matching(query.data, q), [query.data, q]);
  return (
    <Stack gap={12}>
      <FilterBar
        count={data && words.count(data.length)}
        isFiltered={q !== undefined}
        onClear={() => onQuery(undefined)}
      >
        <SearchField label={words.search} value={q} onChange={onQuery} />
      </FilterBar>
      <DataTable
        label={t.integrations.tabs.providers}
        columns={columns}
        query={asPage({ ...query, data })}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<Empty title={t.table.empty} />}
        isFiltered={q !== undefined}
        onClearFilters={() => onQuery(undefined)}
      />
    </Stack>
  );
}

function providerColumns(canAdd: boolean): readonly Column<Provider>[] {
  const setUp: Column<Provider> = {
    id: 'set-up',
    header: words.setUp,
    align: 'end',
    cell: ({ id, name }) => (
      <Button
        variant="default"
        h={28}
        aria-label={words.setUpOf(name)}
        renderRoot={(props) => <Link to="/integrations/new" search={{ provider: id }} {...props} />}
      >
        {words.setUp}
      </Button>
    ),
  };
  return [
    {
      id: 'name',
      header: words.columns.name,
      cell: ({ name, docs_url: docs }) =>
        docs ? (
          <a href={docs} target="_blank" rel="noopener noreferrer" title={words.docs}>
            {name}
          </a>
        ) : (
          <span className={classes.providerName}>{name}</span>
        ),
    },
    { id: 'rotation', header: words.columns.rotation, priority: 2, cell: rotationWords },
    { id: 'life', header: words.columns.life, priority: 3, cell: lifeWords },
    { id: 'revocation', header: words.columns.revocation, priority: 2, cell: revocationWords },
    {
      id: 'confidence',
      header: words.columns.confidence,
      priority: 3,
      cell: ({ confidence, source }) => <span title={source.join(', ')}>{words.confidence[confidence]}</span>,
    },
    ...(canAdd ? [setUp] : []),
  ];
}
