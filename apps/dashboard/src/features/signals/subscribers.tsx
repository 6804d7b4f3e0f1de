import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { CopyIcon } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { RotationForm } from './rotation.form.js';
import { deleteSubscriber, rotateKey, subscribersQuery, type Subscriber } from './signals.query.js';
import classes from './signals.module.css';

const words = t.signals.subscribers;

const columns: readonly Column<Subscriber>[] = [
  { id: 'name', header: words.columns.name, cell: ({ name }) => name },
  { id: 'endpoint', header: words.columns.endpoint, cell: (row) => row.endpoint_url, priority: 2 },
  { id: 'audience', header: words.columns.audience, cell: ({ audience }) => audience, priority: 3 },
  {
    id: 'subject',
    header: words.columns.subject,
    cell: (row) => words.formats[row.subject_format],
    priority: 2,
  },
  { id: 'added', header: words.columns.added, cell: (row) => <Moment at={row.created_at} />, priority: 3 },
];

/** Who hears of revocations, and by which keys they know that it is us. */
export function Subscribers() {
  const { cursor } = useSearch({ from: '/app/signals' });
  const navigate = useNavigate({ from: '/signals' });
  const queries = useQueryClient();
  const query = useQuery(subscribersQuery(cursor));
  const [gone, setGone] = useState<Subscriber>();
  const first = query.data?.data[0];
  const action: Column<Subscriber> = {
    id: 'actions',
    header: words.columns.actions,
    cell: (subscriber) => (
      <span className={classes.actions}>
        <Button
          variant="subtle"
          color="red"
          aria-label={words.deleteOf(subscriber.name)}
          onClick={() => setGone(subscriber)}
        >
          {words.delete}
        </Button>
      </span>
    ),
    align: 'end',
  };
  return (
    <div className={classes.stack}>
      <DataTable
        label={t.signals.tabs.subscribers}
        columns={[...columns, action]}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<Empty title={words.empty}>{words.emptyHint}</Empty>}
        cursor={cursor}
        onCursor={(next) => void navigate({ search: { tab: 'subscribers', ...(next && { cursor: next }) } })}
      />
      {first && <Signing subscriber={first} />}
      <DangerDialog
        isOpen={gone !== undefined}
        onClose={() => setGone(undefined)}
        title={words.deleteTitle(gone?.name ?? '')}
        action={words.delete}
        onConfirm={async () => {
          if (!gone) return;
          await deleteSubscriber(gone.id);
          toast(words.deleted(gone.name));
          await queries.invalidateQueries({ queryKey: ['signals', 'subscribers'] });
        }}
      >
        {words.deleteWhat(gone?.endpoint_url ?? '')}
      </DangerDialog>
    </div>
  );
}

/** Of the workspace: the same for all of them. */
function Signing({ subscriber: { issuer, jwks_uri: keys } }: { subscriber: Subscriber }) {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <Section
      title={words.signs}
      aside={
        <Button variant="default" onClick={() => setOpen(true)}>
          {words.rotate}
        </Button>
      }
    >
      <Card>
        <Facts
          facts={[
            [words.issuer, <Address key="issuer" value={issuer} />],
            [words.keys, <Address key="keys" value={keys} />],
          ]}
        />
      </Card>
      <FormDialog isOpen={isOpen} onClose={close} title={t.signals.rotate.keyTitle}>
        <RotationForm
          action={t.signals.rotate.keySubmit}
          onCancel={close}
          onRotate={async (wish) => {
            await rotateKey(wish);
            toast(t.signals.rotate.keyDone);
            close();
          }}
        >
          {t.signals.rotate.keyWhat}
        </RotationForm>
      </FormDialog>
    </Section>
  );
}

function Address({ value }: { value: string }) {
  return (
    <span className={classes.address}>
      <code>{value}</code>
      <CopyIcon value={value} what={value} />
    </span>
  );
}
