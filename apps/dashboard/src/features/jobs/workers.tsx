import { Button } from '@mantine/core';
import { IconCircleCheck, IconPlugOff, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { Moment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Section } from '../../ui/page.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Notice } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { giveUpWorker, troublesQuery, type RefreshWorker } from './jobs.query.js';
import classes from './jobs.module.css';

const words = t.jobs.engine;

/** Those whose disks hold answers; one whose disk does not come back is given up, by an admin. */
export function Workers() {
  const query = useQuery({ ...troublesQuery({}), refetchInterval: 10_000 });
  const queries = useQueryClient();
  const isAdmin = useCan('admin');
  const [gone, setGone] = useState<RefreshWorker>();
  const workers = query.data?.workers;
  const action: Column<RefreshWorker> = {
    id: 'actions',
    header: t.jobs.columns.actions,
    cell: (worker) =>
      !worker.running &&
      worker.given_up_at === null && (
        <span className={classes.actions}>
          <Button
            variant="subtle"
            color="red"
            aria-label={words.giveUpOf(worker.id)}
            onClick={() => setGone(worker)}
          >
            {words.giveUp}
          </Button>
        </span>
      ),
    align: 'end',
  };
  return (
    <Section title={words.workers}>
      <p className={classes.note}>{words.workersWhat}</p>
      <DataTable
        label={words.workersTable}
        columns={isAdmin ? [...columns, action] : columns}
        query={asPage({ ...query, data: workers })}
        idOf={({ id }) => id}
        nameOf={({ id }) => id}
        empty={<Notice icon={IconCircleCheck} title={words.noWorkers} />}
      />
      <DangerDialog
        isOpen={gone !== undefined}
        onClose={() => setGone(undefined)}
        title={words.giveUpTitle(gone?.id ?? '')}
        action={words.giveUp}
        onConfirm={async () => {
          if (!gone) return;
          await giveUpWorker(gone.id);
          toast(words.gaveUp(gone.id));
          await queries.invalidateQueries({ queryKey: ['troubles'] });
        }}
      >
        {words.giveUpWhat(gone?.spooled ?? 0)}
      </DangerDialog>
    </Section>
  );
}

const columns: readonly Column<RefreshWorker>[] = [
  { id: 'worker', header: words.columns.worker, cell: ({ id }) => <code>{id}</code> },
  { id: 'state', header: words.columns.state, cell: state },
  {
    id: 'spooled',
    header: words.columns.spooled,
    cell: ({ spooled }) => count(spooled),
    priority: 2,
    align: 'end',
  },
  { id: 'seen', header: words.columns.seen, cell: (row) => <Moment at={row.seen_at} />, priority: 2 },
  {
    id: 'drained',
    header: words.columns.drained,
    cell: (row) => <Moment at={row.spool_drained_at} />,
    priority: 3,
  },
];

function state({ running, given_up_at: givenUp }: RefreshWorker) {
  if (givenUp !== null)
    return (
      <ToneBadge tone="off" icon={IconTrash}>
        {words.givenUp}
      </ToneBadge>
    );
  return running ? (
    <ToneBadge tone="ok" icon={IconCircleCheck}>
      {words.running}
    </ToneBadge>
  ) : (
    <ToneBadge tone="warn" icon={IconPlugOff}>
      {words.away}
    </ToneBadge>
  );
}
