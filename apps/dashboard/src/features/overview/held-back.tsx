import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconPlayerPause } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { Moment } from '../../ui/moment.js';
import { ProviderName } from '../../ui/names.js';
import { Card } from '../../ui/page.js';
import { Failure, Stale } from '../../ui/states.js';
import { heldBackQuery, type HeldBack as Held } from './overview.query.js';
import classes from './held-back.module.css';

const words = t.overview.heldBack;

/** Providers in an incident and integrations that are paused: their renewals wait. */
export function HeldBack() {
  const query = useQuery(heldBackQuery);
  return (
    <Card>
      <section id="held-back" className={classes.part} aria-label={words.title}>
        <h2>{words.title}</h2>
        <Stale query={query} />
        {query.data ? (
          <Troubles held={query.data} />
        ) : query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={40} radius="sm" />
        )}
      </section>
    </Card>
  );
}

function Troubles({ held: { incidents, paused_integrations: paused } }: { held: Held }) {
  if (incidents.length + paused.length === 0) return <p className={classes.none}>{words.none}</p>;
  return (
    <ul className={classes.list}>
      {incidents.map(({ id, provider, kind, opened_at: at }) => (
        <li key={id}>
          <IconAlertTriangle size={16} aria-hidden className={classes.warn} />
          <span>
            <Link to="/connections" search={{ provider }}>
              <ProviderName id={provider} />
            </Link>{' '}
            {words.kinds[kind] ?? kind} {words.since} <Moment at={at} />
          </span>
        </li>
      ))}
      {paused.map(({ id, name, reason }) => (
        <li key={id}>
          <IconPlayerPause size={16} aria-hidden className={classes.off} />
          <span>
            <Link to="/integrations/$id" params={{ id }}>
              {name}
            </Link>{' '}
            {words.paused}
            {reason !== null && `: ${reason}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
