import { ActionIcon, Indicator, Tooltip } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isAttended } from '../api/attendance.js';
import { client, dataOf } from '../api/client.js';
import { useCan } from '../api/session-state.js';
import { t } from '../messages/index.js';

/** How many requests wait for a second human. */
export function ApprovalsLink() {
  const isAllowed = useCan('approvals:read');
  const { data } = useQuery({
    queryKey: ['approvals', 'waiting'],
    queryFn: () =>
      dataOf(client.GET('/admin/api/approvals', { params: { query: { state: 'pending', limit: 50 } } })),
    enabled: isAllowed,
    refetchInterval: () => (isAttended() ? 10_000 : 30_000),
  });
  if (!isAllowed) return null;
  // One page of them: of more, that there are more.
  const waiting = `${data?.data.length ?? 0}${data?.next_cursor ? '+' : ''}`;
  const label = `${t.shell.pages.approvals}: ${waiting}`;
  return (
    <Tooltip label={label}>
      <Indicator label={waiting} size={16} disabled={waiting === '0'} color="red" offset={6}>
        <ActionIcon component={Link} to="/approvals" aria-label={label}>
          <IconChecks size={18} />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}
