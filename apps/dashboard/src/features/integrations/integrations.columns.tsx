import { Link } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { ConnectionCount } from './connection-count.js';
import { IntegrationState } from './integration-state.js';
import { unhealthyStates } from './integrations.query.js';
import classes from './integrations.module.css';

const { columns: words, policies, connectionsOf, healthOf } = t.integrations;

/** `nameOf`: what a provider is called. `canCount`: may know of connections. */
export function integrationColumns(
  nameOf: (provider: string) => string,
  canCount: boolean,
): readonly Column<Integration>[] {
  const counts: Column<Integration>[] = [
    {
      id: 'connections',
      header: words.connections,
      align: 'end',
      priority: 2,
      cell: ({ id, name }) => <ConnectionCount integration={id} label={connectionsOf(name)} />,
    },
    {
      id: 'unhealthy',
      header: words.unhealthy,
      align: 'end',
      priority: 2,
      cell: ({ id, name }) => (
        <ConnectionCount integration={id} state={unhealthyStates} label={healthOf(name)} isWorry />
      ),
    },
  ];
  return [
    {
      id: 'name',
      header: words.name,
      cell: ({ id, name }) => (
        <Link to="/integrations/$id" params={{ id }}>
          {name}
        </Link>
      ),
    },
    {
      id: 'state',
      header: words.state,
      cell: ({ state, paused_reason: reason }) => (
        <>
          <IntegrationState state={state} />
          {reason && <span className={classes.reason}>{reason}</span>}
        </>
      ),
    },
    { id: 'provider', header: words.provider, priority: 2, cell: ({ provider }) => nameOf(provider) },
    ...(canCount ? counts : []),
    {
      id: 'policy',
      header: words.policy,
      priority: 3,
      cell: ({ refresh_policy: policy }) => policies[policy],
    },
    { id: 'updated', header: words.updated, priority: 3, cell: ({ updated_at: at }) => <Moment at={at} /> },
  ];
}
