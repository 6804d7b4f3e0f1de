import { Button } from '@mantine/core';
import { IconDoorExit, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { Page } from '../../ui/page.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { InvitationList } from './invitation-list.js';
import { InviteDialog } from './invite.dialog.js';
import { LeaveDialog } from './leave.dialog.js';
import { MemberList } from './member-list.js';
import { membersQuery } from './members.query.js';
import { memberTabs, type MembersSearch } from './members.search.js';
import { RoleTable } from './role-table.view.js';

const words = t.members;
const tabs = memberTabs.map((value) => ({ value, label: words.tabs[value] }));

/** Who is what in this workspace, who is asked to come, and what roles may do. */
export function MembersPage() {
  const search: MembersSearch = useSearch({ from: '/app/members' });
  const navigate = useNavigate({ from: '/members' });
  const [isLeaving, setLeaving] = useState(false);
  const mayInvite = useCan('members:write');
  const tab = search.tab ?? 'members';
  const onInviting = (isInviting: boolean): void =>
    void navigate({
      search: (now: MembersSearch) => ({ ...now, new: isInviting || undefined }),
      replace: true,
      // Cancelled, or left after it was asked about: not asked again.
      ignoreBlocker: !isInviting,
    });
  const onCursor = (cursor: string | undefined) => void navigate({ search: { tab: search.tab, cursor } });
  return (
    <Page
      title={words.title}
      status={<MembersStatus />}
      actions={
        <>
          <Button variant="default" leftSection={<IconDoorExit size={16} />} onClick={() => setLeaving(true)}>
            {words.leave}
          </Button>
          {mayInvite && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={() => onInviting(true)}>
              {words.invite}
            </Button>
          )}
        </>
      }
    >
      <NeedsPermission permission="members:read">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={tab}
          onChange={(next) => void navigate({ search: next === 'members' ? {} : { tab: next } })}
        >
          {tab === 'members' && <MemberList cursor={search.cursor} onCursor={onCursor} />}
          {tab === 'invitations' && (
            <NeedsPermission permission="members:write">
              <InvitationList cursor={search.cursor} onCursor={onCursor} />
            </NeedsPermission>
          )}
          {tab === 'roles' && <RoleTable />}
        </UrlTabs>
      </NeedsPermission>
      <InviteDialog isOpen={Boolean(search.new) && mayInvite} onClose={() => onInviting(false)} />
      <LeaveDialog isOpen={isLeaving} onClose={() => setLeaving(false)} />
    </Page>
  );
}

/** Counted only where all of them are at hand. */
function MembersStatus() {
  const { data } = useQuery(membersQuery(undefined));
  if (!data || data.next_cursor !== null) return <>{words.statusMany}</>;
  return <>{words.status(data.data.length, data.data.filter(({ role }) => role === 'admin').length)}</>;
}
