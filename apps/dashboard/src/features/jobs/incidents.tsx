import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { Moment } from '../../ui/moment.js';
import { ProviderName, useNames } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { endIncident, incidentsQuery, type Incident } from './jobs.query.js';
import classes from './jobs.module.css';

const words = t.jobs.incidents;

/** When providers refused or failed many at once; an open one may be said to be over. */
export function Incidents() {
  const query = useQuery(incidentsQuery);
  const queries = useQueryClient();
  const isAdmin = useCan('admin');
  const [ending, setEnding] = useState<Incident>();
  const { provider: nameOf } = useNames();
  const rows = query.data?.data;
  const isAnyOpen = isAdmin && rows?.some(({ closed_at: at }) => at === null);
  const action: Column<Incident> = {
    id: 'actions',
    header: t.jobs.columns.actions,
    cell: (incident) =>
      incident.closed_at === null && (
        <span className={classes.actions}>
          <Button
            variant="default"
            aria-label={words.endOf(nameOf(incident.provider))}
            onClick={() => setEnding(incident)}
          >
            {words.end}
          </Button>
        </span>
      ),
    align: 'end',
  };
  return (
    <div className={classes.stack}>
      <p className={classes.note}>{words.status}</p>
      <DataTable
        label={t.jobs.tabs.incidents}
        columns={isAnyOpen ? [...columns, action] : columns}
        query={asPage({ ...query, data: rows })}
        idOf={({ id }) => id}
        nameOf={({ provider }) => nameOf(provider)}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
      />
      <DangerDialog
        isOpen={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={words.endTitle(nameOf(ending?.provider ?? ''))}
        action={words.endAction}
        onConfirm={async () => {
          if (!ending) return;
          await endIncident(ending.id);
          toast(words.didEnd(nameOf(ending.provider)));
          await queries.invalidateQueries({ queryKey: ['incidents'] });
        }}
      >
        {words.endWhat(nameOf(ending?.provider ?? ''))}
      </DangerDialog>
    </div>
  );
}

const columns: readonly Column<Incident>[] = [
  { id: 'provider', header: words.columns.provider, cell: ({ provider }) => <ProviderName id={provider} /> },
  {
    id: 'state',
    header: words.columns.state,
    cell: ({ closed_at: at }) =>
      at === null ? (
        <ToneBadge tone="warn" icon={IconAlertTriangle}>
          {words.open}
        </ToneBadge>
      ) : (
        <ToneBadge tone="off" icon={IconCircleCheck}>
          {words.ended}
        </ToneBadge>
      ),
  },
  {
    id: 'kind',
    header: words.columns.kind,
    cell: ({ kind }) => <span className={classes.why}>{words.kinds[kind] ?? kind}</span>,
    priority: 2,
  },
  { id: 'counts', header: words.columns.counts, cell: seen, priority: 2 },
  { id: 'opened', header: words.columns.opened, cell: (row) => <Moment at={row.opened_at} />, priority: 2 },
  {
    id: 'closed',
    header: words.columns.closed,
    cell: (row) => <Moment at={row.closed_at} never={words.goesOn} />,
    priority: 3,
  },
];

/** Of the five minutes before it began. */
function seen({ counts }: Incident): string {
  const of = (name: string) => count(typeof counts[name] === 'number' ? counts[name] : 0);
  return words.counts(of('refused'), of('failed'), of('refreshed'));
}
