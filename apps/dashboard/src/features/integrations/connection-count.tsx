import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { connectionCount } from './integrations.query.js';
import classes from './integrations.module.css';

interface ConnectionCountProps {
  integration: string;
  state?: string;
  /** What the number is of, for who does not see the column. */
  label: string;
  /** A number that is not zero is a worry. */
  isWorry?: boolean;
}

/** How many there are, leading to them. Not known is not zero. */
export function ConnectionCount({ integration, state, label, isWorry = false }: ConnectionCountProps) {
  const { data, error } = useQuery(connectionCount(integration, state));
  if (!data)
    return error ? <span>{t.time.none}</span> : <Skeleton width={24} height={12} display="inline-block" />;
  if (data.count === 0) return <span className={classes.zero}>{count(0)}</span>;
  return (
    <Link
      to="/connections"
      search={{ integration, state }}
      aria-label={`${label}: ${count(data.count, data.estimate)}`}
      className={isWorry ? classes.worry : undefined}
    >
      {count(data.count, data.estimate)}
    </Link>
  );
}
