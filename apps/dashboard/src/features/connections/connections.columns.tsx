import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { IntegrationName, ProviderName } from '../../ui/names.js';
import { StateBadge } from '../../ui/state-badge.js';
import type { ListedConnection } from './connections.query.js';
import { besides, reasonWords, whoOf } from './who.js';
import classes from './connections.module.css';

const words = t.connections.columns;
/** States that say all by themselves. */
const plain = new Set(['active', 'pending', 'revoked']);
/** No token of theirs is served, whenever it would have ended. */
const dead = new Set(['revoking', 'revoked', 'expired']);

/** Shown where consents are what is asked for. */
const consent: Column<ListedConnection> = {
  id: 'consent',
  header: words.consent,
  sort: 'reauthorize_by',
  priority: 2,
  cell: ({ reauthorize_by: at }) => <Moment at={at} never={t.connections.noExpiry} />,
};

export const connectionColumns: readonly Column<ListedConnection>[] = [
  { id: 'who', header: words.who, cell: (row) => <Who row={row} /> },
  { id: 'state', header: words.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'why', header: words.why, priority: 3, cell: (row) => <Why row={row} /> },
  {
    id: 'provider',
    header: words.provider,
    priority: 2,
    cell: ({ provider }) => <ProviderName id={provider} />,
  },
  {
    id: 'integration',
    header: words.integration,
    priority: 3,
    cell: ({ integration }) => <IntegrationName id={integration} />,
  },
  {
    id: 'expires',
    header: words.expires,
    sort: 'expires_at',
    priority: 2,
    cell: ({ state, expires_at: at }) =>
      dead.has(state) ? (
        t.time.none
      ) : (
        <>
          <span className={classes.phone}>{`${words.expires} `}</span>
          <Moment at={at} never={t.connections.noExpiry} />
        </>
      ),
  },
  {
    id: 'read',
    header: words.read,
    sort: 'last_read_at',
    priority: 3,
    cell: ({ last_read_at: at }) => <Moment at={at} never={t.connections.neverRead} />,
  },
  {
    id: 'created',
    header: words.created,
    sort: 'created_at',
    priority: 3,
    cell: ({ created_at: at }) => <Moment at={at} />,
  },
];

export const consentColumns = connectionColumns.map((column) => (column.id === 'expires' ? consent : column));

function Who({ row }: { row: ListedConnection }) {
  const more = besides(row);
  return (
    <>
      <Link className={classes.name} to="/connections/$id" params={{ id: row.id }}>
        {whoOf(row)}
      </Link>
      {more !== undefined && <span className={classes.besides}>{more}</span>}
    </>
  );
}

function Why({ row: { reason, state } }: { row: ListedConnection }) {
  if (!reason || plain.has(state)) return null;
  return (
    <span className={classes.why} title={reasonWords(reason.code)}>
      <code>{reason.code}</code>
      {reason.http_status !== null && ` ${t.connection.why.http(reason.http_status)}`}
    </span>
  );
}
