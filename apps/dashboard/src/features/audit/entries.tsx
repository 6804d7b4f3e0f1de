import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useNewer } from '../../live/use-newer.js';
import { t } from '../../messages/index.js';
import { DataTable } from '../../ui/data-table.js';
import { compact } from '../../ui/search-params.js';
import { Empty } from '../../ui/states.js';
import { actionWords } from './action-words.js';
import { auditColumns } from './audit.columns.js';
import { AuditFilters } from './audit.filters.js';
import { entriesQuery } from './audit.query.js';
import type { AuditSearch } from './audit.search.js';
import classes from './audit.module.css';

const words = t.audit;

export function Entries() {
  const search: AuditSearch = useSearch({ from: '/app/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const query = useQuery(entriesQuery(search));
  const newer = useNewer(query.dataUpdatedAt);
  const { cursor, tab: _tab, ...filter } = search;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const go = (next: AuditSearch): void => void navigate({ search: compact(next) });
  return (
    <div className={classes.stack}>
      <AuditFilters
        search={search}
        isFiltered={isFiltered}
        onChange={(change) => go({ ...filter, ...change })}
        onClear={() => go({})}
        count={
          newer > 0 &&
          cursor === undefined && (
            <Button
              variant="subtle"
              leftSection={<IconRefresh size={14} />}
              onClick={() => void query.refetch()}
            >
              {words.newer(newer)}
            </Button>
          )
        }
      />
      <DataTable
        label={words.tabs.entries}
        columns={auditColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ action }) => actionWords(action)}
        onOpen={({ id }) => void navigate({ to: '/audit/$id', params: { id } })}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
        isFiltered={isFiltered}
        onClearFilters={() => go({})}
        cursor={cursor}
        onCursor={(next) => go({ ...filter, cursor: next })}
      />
    </div>
  );
}
