import { Skeleton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconChecks,
  IconPlugConnectedX,
  IconUserExclamation,
  type Icon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { Failure } from '../../ui/states.js';
import { statesQuery, type States } from './overview.query.js';
import classes from './figures.module.css';

const words = t.overview.figures;

interface Figure {
  label: string;
  icon: Icon;
  tone: 'act' | 'warn' | 'wait';
  value: (states: States) => number | null;
  link: Pick<LinkProps, 'to' | 'search' | 'hash'>;
}

const figures: Figure[] = [
  {
    label: words.needs_reauthorization,
    icon: IconUserExclamation,
    tone: 'act',
    value: ({ by_state }) => by_state.needs_reauthorization,
    link: { to: '/connections', search: { state: 'needs_reauthorization' } },
  },
  {
    label: words.degraded,
    icon: IconAlertTriangle,
    tone: 'warn',
    value: ({ by_state }) => by_state.degraded,
    link: { to: '/connections', search: { state: 'degraded' } },
  },
  {
    label: words.incidents,
    icon: IconPlugConnectedX,
    tone: 'warn',
    value: ({ open_incidents: open, paused_integrations: paused }) => open + paused,
    link: { to: '/', hash: 'held-back' },
  },
  {
    label: words.approvals,
    icon: IconChecks,
    tone: 'wait',
    value: ({ waiting_approvals: waiting }) => waiting,
    link: { to: '/approvals' },
  },
];

/** What needs somebody; a zero is quiet, and each leads to what it counts. */
export function Figures() {
  const query = useQuery(statesQuery);
  if (!query.data && query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const states = query.data;
  return (
    <nav aria-label={words.label}>
      <ul className={classes.figures}>
        {figures.map((figure) => {
          const value = states && figure.value(states);
          // Null: not for this role.
          return value === null ? null : <FigureLink key={figure.label} {...figure} number={value} />;
        })}
      </ul>
    </nav>
  );
}

function FigureLink({ label, icon: Mark, tone, link, number }: Figure & { number: number | undefined }) {
  return (
    <li>
      <Link {...link} className={classes.figure} data-tone={number ? tone : undefined}>
        <span className={classes.label}>
          <Mark size={16} aria-hidden />
          {label}
        </span>
        {number === undefined ? (
          <Skeleton height={32} width={48} radius="sm" />
        ) : (
          <span className={classes.number}>{count(number)}</span>
        )}
      </Link>
    </li>
  );
}
