import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconUserMinus, IconUserShield } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useCan, usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { ChangeRoleDialog } from './change-role.dialog.js';
import { membersQuery, type Member } from './members.query.js';
import { RemoveMemberDialog } from './remove-member.dialog.js';

const words = t.members;

function NameOf({ member }: { member: Member }) {
  const isOwn = usePageState().session?.person.id === member.id;
  return <>{isOwn ? t.access.you(member.name) : member.name}</>;
}

export function RoleBadge({ role }: { role: Member['role'] }) {
  return (
    <ToneBadge tone={role === 'admin' ? 'wait' : 'off'} form={role === 'viewer' ? 'outline' : 'tint'}>
      {t.access.roles[role]}
    </ToneBadge>
  );
}

const columns: readonly Column<Member>[] = [
  { id: 'name', header: words.columns.name, cell: (member) => <NameOf member={member} /> },
  { id: 'role', header: words.columns.role, cell: ({ role }) => <RoleBadge role={role} /> },
  { id: 'email', header: words.columns.email, cell: ({ email }) => email ?? t.time.none, priority: 2 },
  {
    id: 'source',
    header: words.columns.source,
    cell: ({ source, issuer }) => <span title={issuer}>{words.sources[source]}</span>,
    priority: 2,
  },
  {
    id: 'joined',
    header: words.columns.joined,
    cell: ({ joined_at: at }) => <Moment at={at} />,
    priority: 3,
  },
  {
    id: 'lastSignIn',
    header: words.columns.lastSignIn,
    cell: ({ last_sign_in_at: at }) => <Moment at={at} />,
    priority: 2,
  },
];

interface MemberListProps {
  cursor: string | undefined;
  onCursor: (cursor: string | undefined) => void;
}

export function MemberList({ cursor, onCursor }: MemberListProps) {
  const query = useQuery({ ...membersQuery(cursor), placeholderData: keepPreviousData });
  const mayWrite = useCan('members:write');
  const [asked, setAsked] = useState<{ what: 'change' | 'remove'; member: Member }>();
  const shown = useMemo(
    () =>
      mayWrite
        ? [
            ...columns,
            {
              id: 'actions',
              header: words.columns.actions,
              align: 'end' as const,
              cell: (member: Member) => (
                <MemberMenu member={member} onAsk={(what) => setAsked({ what, member })} />
              ),
            },
          ]
        : columns,
    [mayWrite],
  );
  return (
    <>
      <DataTable
        label={words.title}
        columns={shown}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<Empty title={words.empty} />}
        cursor={cursor}
        onCursor={onCursor}
      />
      <ChangeRoleDialog
        member={asked?.what === 'change' ? asked.member : undefined}
        onClose={() => setAsked(undefined)}
      />
      <RemoveMemberDialog
        member={asked?.what === 'remove' ? asked.member : undefined}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

function MemberMenu({ member, onAsk }: { member: Member; onAsk: (what: 'change' | 'remove') => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={words.actionsOf(member.name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserShield size={16} />} onClick={() => onAsk('change')}>
          {words.change.menu}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={() => onAsk('remove')}>
          {words.remove.menu}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
