import { Button } from '@mantine/core';
import { IconBan, IconCircleCheck, IconCircleDashed, IconHourglassOff, IconMail } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { RoleBadge } from './member-list.js';
import { invitationsQuery, withdrawInvitation, type Invitation } from './members.query.js';

const words = t.members.invitations;

const looks = {
  awaiting_approval: { tone: 'wait', form: 'outline', icon: IconCircleDashed },
  open: { tone: 'wait', form: 'tint', icon: IconMail },
  accepted: { tone: 'ok', form: 'tint', icon: IconCircleCheck },
  revoked: { tone: 'off', form: 'filled', icon: IconBan },
  refused: { tone: 'off', form: 'filled', icon: IconBan },
  expired: { tone: 'off', form: 'tint', icon: IconHourglassOff },
} as const;

/** Its state; where it waits, the way to what it waits for. */
function InvitationState({ invitation: { state, approval } }: { invitation: Invitation }) {
  const badge = <ToneBadge {...looks[state]}>{words.states[state]}</ToneBadge>;
  if (state !== 'awaiting_approval' || approval === null) return badge;
  return (
    <Link to="/approvals/$id" params={{ id: approval }}>
      {badge}
    </Link>
  );
}

const columns: readonly Column<Invitation>[] = [
  { id: 'email', header: words.columns.email, cell: ({ email }) => email },
  { id: 'state', header: words.columns.state, cell: (row) => <InvitationState invitation={row} /> },
  { id: 'role', header: words.columns.role, cell: ({ role }) => <RoleBadge role={role} />, priority: 2 },
  {
    id: 'by',
    header: words.columns.by,
    cell: ({ invited_by: by }) => by.name ?? by.id,
    priority: 3,
  },
  {
    id: 'created',
    header: words.columns.created,
    cell: ({ created_at: at }) => <Moment at={at} />,
    priority: 3,
  },
  {
    id: 'expires',
    header: words.columns.expires,
    cell: ({ state, expires_at: at }) => (isPending(state) ? <Moment at={at} /> : t.time.none),
    priority: 2,
  },
  {
    id: 'accepted',
    header: words.columns.accepted,
    cell: ({ accepted_at: at }) => <Moment at={at} never={t.time.none} />,
    priority: 3,
  },
];

const isPending = (state: Invitation['state']): boolean => state === 'open' || state === 'awaiting_approval';

interface InvitationListProps {
  cursor: string | undefined;
  onCursor: (cursor: string | undefined) => void;
}

export function InvitationList({ cursor, onCursor }: InvitationListProps) {
  const queries = useQueryClient();
  const query = useQuery({ ...invitationsQuery(cursor), placeholderData: keepPreviousData });
  const [asked, setAsked] = useState<Invitation>();
  const email = asked?.email ?? '';
  const shown = useMemo(
    () => [
      ...columns,
      {
        id: 'actions',
        header: t.members.columns.actions,
        align: 'end' as const,
        cell: (row: Invitation) =>
          isPending(row.state) && (
            <Button
              variant="subtle"
              color="red"
              aria-label={words.withdrawOf(row.email)}
              onClick={() => setAsked(row)}
            >
              {words.withdraw}
            </Button>
          ),
      },
    ],
    [],
  );
  return (
    <>
      <DataTable
        label={t.members.tabs.invitations}
        columns={shown}
        query={query}
        idOf={({ id }) => id}
        nameOf={(row) => row.email}
        empty={<Empty title={words.empty}>{words.emptyWhat}</Empty>}
        cursor={cursor}
        onCursor={onCursor}
      />
      <DangerDialog
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={words.withdrawTitle(email)}
        action={words.withdrawAction}
        onConfirm={async () => {
          if (!asked) return;
          await withdrawInvitation(asked.id);
          await queries.invalidateQueries({ queryKey: ['invitations'] });
          toast(words.withdrawn(email));
        }}
      >
        {words.withdrawWhat}
      </DangerDialog>
    </>
  );
}
