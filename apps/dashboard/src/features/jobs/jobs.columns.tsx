import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment, useNow } from '../../ui/moment.js';
import { IntegrationName, useNames } from '../../ui/names.js';
import { KindBadge } from './kind-badge.js';
import type { Trouble } from './jobs.query.js';
import { TroubleActions } from './trouble-actions.js';
import { troubleName, whyOf } from './trouble-words.js';
import classes from './jobs.module.css';

const words = t.jobs;

const readColumns: readonly Column<Trouble>[] = [
  {
    id: 'connection',
    header: words.columns.connection,
    cell: (trouble) => (
      <span className={classes.connection}>
        <Link to="/connections/$id" params={{ id: trouble.connection }}>
          <Name trouble={trouble} />
        </Link>
      </span>
    ),
  },
  { id: 'kind', header: words.columns.kind, cell: ({ kind }) => <KindBadge kind={kind} /> },
  {
    id: 'why',
    header: words.columns.why,
    cell: (trouble) => <span className={classes.why}>{whyOf(trouble)}</span>,
    priority: 2,
  },
  { id: 'since', header: words.columns.since, cell: ({ since }) => <Moment at={since} />, priority: 2 },
  { id: 'next', header: words.columns.next, cell: ({ next_at: at }) => <NextTry at={at} />, priority: 2 },
  {
    id: 'integration',
    header: words.columns.integration,
    cell: ({ integration }) => <IntegrationName id={integration} />,
    priority: 3,
  },
];

/** With what may be done about each, for those who may. */
export const jobsColumns = (mayWrite: boolean): readonly Column<Trouble>[] =>
  mayWrite
    ? [
        ...readColumns,
        {
          id: 'actions',
          header: words.columns.actions,
          cell: (trouble) => <TroubleActions trouble={trouble} />,
          priority: 1,
          align: 'end',
        },
      ]
    : readColumns;

function Name({ trouble }: { trouble: Trouble }) {
  return <>{troubleName(trouble, useNames())}</>;
}

function NextTry({ at }: { at: string | null }) {
  const now = useNow();
  if (at !== null && Date.parse(at) <= now) return <>{words.due}</>;
  return <Moment at={at} never={words.notByItself} />;
}
