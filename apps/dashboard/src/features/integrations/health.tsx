import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Card, Section } from '../../ui/page.js';
import { StateBadge, type ConnectionState } from '../../ui/state-badge.js';
import { Failure, Loading } from '../../ui/states.js';
import { ConnectionCount } from './connection-count.js';
import { connectionCount } from './integrations.query.js';
import classes from './integrations.module.css';

const words = t.integrations.detail;

/** What wants somebody first. */
const order: readonly ConnectionState[] = [
  'needs_reauthorization',
  'degraded',
  'quarantined',
  'active',
  'pending',
  'paused',
  'revoking',
  'revoked',
  'expired',
];

/** How the connections of an integration are, by state; states that none is in are left out. */
export function Health({ integration }: { integration: string }) {
  const queries = useQueries({ queries: order.map((state) => connectionCount(integration, state)) });
  const failed = queries.find(({ error, data }) => error && !data);
  const isKnown = queries.every(({ data }) => data);
  const present = order.filter((_, at) => (queries[at]?.data?.count ?? 0) > 0);
  return (
    <Section
      title={words.health}
      aside={
        <Link to="/connections" search={{ integration }}>
          {words.allConnections}
        </Link>
      }
    >
      <Card>
        {failed ? (
          <Failure error={failed.error} onRetry={() => queries.forEach(({ refetch }) => void refetch())} />
        ) : !isKnown ? (
          <Loading rows={3} />
        ) : present.length === 0 ? (
          <span className={classes.muted}>{words.noConnections}</span>
        ) : (
          <States integration={integration} states={present} />
        )}
      </Card>
    </Section>
  );
}

interface StatesProps {
  integration: string;
  states: readonly ConnectionState[];
}

function States({ integration, states }: StatesProps) {
  return (
    <table className={classes.states} aria-label={words.health}>
      <thead>
        <tr>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.count}</th>
        </tr>
      </thead>
      <tbody>
        {states.map((state) => (
          <tr key={state}>
            <th scope="row">
              <StateBadge state={state} />
            </th>
            <td>
              <ConnectionCount integration={integration} state={state} label={t.states.connection[state]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
