import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconHourglassOff,
  IconRefresh,
} from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment, useNow } from '../../ui/moment.js';
import { PersonName } from '../../ui/person-name.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { ApiKey } from './api-keys.query.js';
import { keyState, type KeyState } from './key-state.js';
import { OpenLink } from './open-link.js';
import { ScopesBrief } from './scopes.js';
import classes from './api-keys.module.css';

const words = t.apiKeys;

const looks = {
  active: { tone: 'ok', form: 'tint', icon: IconCircleCheck },
  rotating: { tone: 'wait', form: 'tint', icon: IconRefresh },
  expiring: { tone: 'warn', form: 'tint', icon: IconAlertTriangle },
  expired: { tone: 'off', form: 'tint', icon: IconHourglassOff },
  revoked: { tone: 'off', form: 'filled', icon: IconBan },
} as const;

export function KeyStateBadge({ state }: { state: KeyState }) {
  return <ToneBadge {...looks[state]}>{words.states[state]}</ToneBadge>;
}

function StateNow({ apiKey }: { apiKey: ApiKey }) {
  return <KeyStateBadge state={keyState(apiKey, useNow())} />;
}

/** In words for a cell: anywhere, or how many. */
export const networksBrief = (networks: readonly string[] | null): string =>
  networks === null ? words.anywhere : networks.length === 1 ? networks[0]! : words.networks(networks.length);

export const apiKeyColumns: readonly Column<ApiKey>[] = [
  {
    id: 'name',
    header: words.columns.name,
    cell: ({ id, name }) => <OpenLink id={id} name={name} />,
  },
  { id: 'state', header: words.columns.state, cell: (key) => <StateNow apiKey={key} /> },
  {
    id: 'prefix',
    header: words.columns.prefix,
    cell: ({ prefix }) => <code className={classes.prefix}>{prefix}</code>,
    priority: 2,
  },
  {
    id: 'scopes',
    header: words.columns.scopes,
    cell: ({ scopes }) => <ScopesBrief scopes={scopes} />,
    priority: 2,
  },
  {
    id: 'networks',
    header: words.columns.networks,
    cell: ({ allowed_addresses: networks }) => networksBrief(networks),
    priority: 3,
  },
  {
    id: 'createdBy',
    header: words.columns.createdBy,
    cell: ({ created_by: by }) => <PersonName id={by} />,
    priority: 3,
  },
  {
    id: 'lastUsed',
    header: words.columns.lastUsed,
    cell: ({ last_used_at: at }) => <Moment at={at} never={words.neverUsed} />,
    priority: 2,
  },
  {
    id: 'expires',
    header: words.columns.expires,
    cell: ({ expires_at: at }) => <Moment at={at} never={words.noEnd} />,
    priority: 3,
  },
];
