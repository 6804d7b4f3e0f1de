import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Actor } from '../../ui/actor.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ApprovalBadge } from './approval-state.js';
import type { Approval } from './approvals.query.js';
import { AskedWords } from './asked-words.js';

const words = t.approvals.columns;

export const approvalColumns: readonly Column<Approval>[] = [
  {
    id: 'what',
    header: words.what,
    cell: (approval) => (
      <Link to="/approvals/$id" params={{ id: approval.id }}>
        <AskedWords approval={approval} />
      </Link>
    ),
  },
  { id: 'state', header: words.state, cell: ({ state }) => <ApprovalBadge state={state} /> },
  { id: 'by', header: words.by, cell: ({ requested_by: by }) => <Actor actor={by} />, priority: 2 },
  { id: 'reason', header: t.decision.reason, cell: ({ reason }) => reason, priority: 3 },
  { id: 'at', header: words.at, cell: (row) => <Moment at={row.requested_at} />, priority: 2 },
  {
    id: 'until',
    header: words.until,
    cell: ({ state, lapses_at: at }) => (state === 'pending' ? <Moment at={at} /> : t.time.none),
    priority: 2,
  },
  {
    id: 'decided',
    header: words.decided,
    cell: ({ decided_at: at }) => <Moment at={at} never={t.time.none} />,
    priority: 3,
  },
];
