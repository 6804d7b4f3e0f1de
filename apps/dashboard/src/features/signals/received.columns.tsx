import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ActionBadge } from './action-badge.js';
import { eventWords } from './event-types.js';
import type { AuditEntry } from './signals.query.js';

const words = t.signals.received;

/** What `security_event.received` says; whatever else an entry might hold is not shown. */
export function receivedOf({ detail }: AuditEntry) {
  const { types, action, matched, issuer } = detail ?? {};
  return {
    types: Array.isArray(types) ? types.filter((type) => typeof type === 'string') : [],
    action: typeof action === 'string' ? action : 'ignore',
    matched: typeof matched === 'number' ? matched : 0,
    issuer: typeof issuer === 'string' ? issuer : '',
  };
}

export const namesOf = (entry: AuditEntry): string =>
  receivedOf(entry).types.map(eventWords).join(', ') || words.unknown;

const event: Column<AuditEntry> = {
  id: 'event',
  header: words.columns.event,
  cell: (entry) => (
    <Link to="/audit/$id" params={{ id: entry.id }}>
      {namesOf(entry)}
    </Link>
  ),
};

const rest: readonly Column<AuditEntry>[] = [
  {
    id: 'done',
    header: words.columns.done,
    cell: (entry) => <ActionBadge action={receivedOf(entry).action} />,
  },
  {
    id: 'matched',
    header: words.columns.matched,
    cell: (entry) => {
      const { matched } = receivedOf(entry);
      return matched === 0 ? words.nobody : t.count.connections(matched);
    },
    priority: 2,
  },
  { id: 'at', header: words.columns.at, cell: ({ at }) => <Moment at={at} />, priority: 2 },
];

/** Of one stream. */
export const streamColumns = [event, ...rest];

export const receivedColumns: readonly Column<AuditEntry>[] = [
  event,
  ...rest,
  {
    id: 'from',
    header: words.columns.from,
    cell: (entry) => (
      <Link to="/signals/$id" params={{ id: entry.subject.id }}>
        {receivedOf(entry).issuer}
      </Link>
    ),
    priority: 3,
  },
];
