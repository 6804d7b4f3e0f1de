import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Actor } from '../../ui/actor.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { useNames, type Names } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { selectorWords } from '../../ui/selector-facts.js';
import { JobState } from './job-state.js';
import type { Freeze, Revocation } from './kill-switch.query.js';

const words = t.killSwitch;

/** In one line: how many, and by what. */
export function jobName(
  { selector, targets }: Pick<Revocation, 'selector'> & { targets: { total: number } },
  names: Names,
): string {
  if (!selector) return words.one;
  return `${t.selection.connections(count(targets.total))} · ${selectorWords(selector, names)}`;
}

function NameLink({ job }: { job: Revocation | Freeze }) {
  const names = useNames();
  return (
    <Link to="/kill-switch/$id" params={{ id: job.id }}>
      {jobName(job, names)}
    </Link>
  );
}

function Told({ items }: Pick<Revocation, 'items'>) {
  if (items.failed > 0) return <>{words.told.failed(count(items.failed))}</>;
  if (items.pending > 0) return <>{words.told.waiting(count(items.pending))}</>;
  const told = items.revoked + items.verified_dead + items.unsupported;
  return <>{told > 0 ? words.told.done : words.told.none}</>;
}

export const revocationColumns: readonly Column<Revocation>[] = [
  { id: 'what', header: words.columns.what, cell: (job) => <NameLink job={job} /> },
  { id: 'state', header: words.columns.state, cell: ({ state }) => <JobState state={state} /> },
  {
    id: 'progress',
    header: words.columns.progress,
    cell: ({ targets }) => words.of(count(targets.dead), count(targets.total)),
    ...{ priority: 2, align: 'end' },
  },
  { id: 'provider', header: words.columns.provider, cell: (job) => <Told {...job} />, priority: 3 },
  {
    id: 'by',
    header: words.columns.by,
    cell: ({ requested_by: by }) => <Actor actor={by} />,
    priority: 3,
  },
  { id: 'reason', header: words.columns.reason, cell: ({ reason }) => reason, priority: 2 },
  { id: 'at', header: words.columns.at, cell: (job) => <Moment at={job.created_at} />, priority: 2 },
];

export const freezeColumns: readonly Column<Freeze>[] = [
  { id: 'what', header: words.columns.what, cell: (job) => <NameLink job={job} /> },
  { id: 'state', header: words.columns.state, cell: ({ state }) => <JobState state={state} /> },
  {
    id: 'progress',
    header: words.columns.frozen,
    cell: ({ targets }) => words.of(count(targets.frozen), count(targets.total)),
    ...{ priority: 2, align: 'end' },
  },
  {
    id: 'by',
    header: words.columns.by,
    cell: ({ requested_by: by }) => <Actor actor={by} />,
    priority: 3,
  },
  { id: 'reason', header: words.columns.reason, cell: ({ reason }) => reason, priority: 2 },
  { id: 'at', header: words.columns.at, cell: (job) => <Moment at={job.created_at} />, priority: 2 },
];
