import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { Moment } from '../../ui/moment.js';
import { Empty } from '../../ui/states.js';
import { createWorkload, workloadsQuery, type WorkloadIdentity } from './api-keys.query.js';
import { byOpen, type ApiKeysSearch } from './api-keys.search.js';
import { OpenLink } from './open-link.js';
import { ScopesBrief } from './scopes.js';
import { WorkloadDetails } from './workload-details.js';
import { NewWorkloadForm } from './workload.form.js';

const words = t.apiKeys.workloads;

const columns: readonly Column<WorkloadIdentity>[] = [
  {
    id: 'name',
    header: words.columns.name,
    cell: ({ id, name }) => <OpenLink id={id} name={name} />,
  },
  { id: 'issuer', header: words.columns.issuer, cell: ({ issuer }) => issuer, priority: 2 },
  {
    id: 'claims',
    header: words.columns.claims,
    cell: ({ claims }) => Object.keys(claims).join(', '),
    priority: 2,
  },
  {
    id: 'scopes',
    header: words.columns.scopes,
    cell: ({ scopes }) => <ScopesBrief scopes={scopes} />,
    priority: 2,
  },
  {
    id: 'created',
    header: words.columns.created,
    cell: ({ created_at: at }) => <Moment at={at} />,
    priority: 3,
  },
];

interface ListProps {
  search: ApiKeysSearch;
  isCreating: boolean;
  onCreating: (isCreating: boolean) => void;
}

/** Workloads that get in with a token of their own platform. */
export function WorkloadList({ search, isCreating, onCreating }: ListProps) {
  const navigate = useNavigate({ from: '/api-keys' });
  const queries = useQueryClient();
  const query = useQuery({ ...workloadsQuery(search.cursor), placeholderData: keepPreviousData });
  const go = (open: string | undefined) =>
    void navigate({ search: { tab: 'workloads', cursor: search.cursor, open } });
  return (
    <>
      <DataTable
        label={t.apiKeys.tabs.workloads}
        columns={columns}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        onOpen={({ id }) => go(id)}
        empty={<Empty title={words.empty}>{words.emptyWhat}</Empty>}
        cursor={search.cursor}
        onCursor={(cursor) => void navigate({ search: { tab: 'workloads', cursor } })}
      />
      <LivesBy value={byOpen}>
        <WorkloadDetails id={search.open} onClose={() => go(undefined)} />
        <FormDialog
          isOpen={isCreating}
          onClose={() => onCreating(false)}
          title={words.form.createTitle}
          size={640}
        >
          <NewWorkloadForm
            onCancel={() => onCreating(false)}
            onSave={async (wish) => {
              const { id } = await createWorkload(wish);
              await queries.invalidateQueries({ queryKey: ['workload-identities'] });
              onCreating(false);
              go(id);
            }}
          />
        </FormDialog>
      </LivesBy>
    </>
  );
}
