import {
  IconAlertOctagon,
  IconBell,
  IconChecks,
  IconFileSearch,
  IconHome2,
  IconKey,
  IconLink,
  IconListCheck,
  IconPlugConnected,
  IconPuzzle,
  IconRoute,
  IconSettings,
  IconUsers,
  IconZoomQuestion,
  type Icon,
} from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { WorkspaceSwitcher } from './workspace-switcher.js';
import classes from './navigation.module.css';

interface Place {
  to: LinkProps['to'];
  label: string;
  icon: Icon;
  permission?: string;
}

const { pages, sections } = t.shell;

/** Every page, by section: the palette offers the same. */
export const places: readonly { section?: string; places: readonly Place[] }[] = [
  { places: [{ to: '/', label: pages.overview, icon: IconHome2 }] },
  {
    section: sections.connect,
    places: [
      {
        to: '/connections',
        label: pages.connections,
        icon: IconPlugConnected,
        permission: 'connections:read',
      },
      { to: '/integrations', label: pages.integrations, icon: IconPuzzle, permission: 'integrations:read' },
      { to: '/connect-links', label: pages.connectLinks, icon: IconLink, permission: 'connections:read' },
    ],
  },
  {
    section: sections.respond,
    places: [
      { to: '/kill-switch', label: pages.killSwitch, icon: IconAlertOctagon, permission: 'connections:read' },
      { to: '/leaked-token', label: pages.leakedToken, icon: IconZoomQuestion, permission: 'tokens:lookup' },
      { to: '/signals', label: pages.signals, icon: IconBell, permission: 'admin' },
    ],
  },
  {
    section: sections.prove,
    places: [{ to: '/audit', label: pages.audit, icon: IconFileSearch, permission: 'audit:read' }],
  },
  {
    section: sections.build,
    places: [
      { to: '/api-keys', label: pages.apiKeys, icon: IconKey, permission: 'keys:write' },
      { to: '/jobs', label: pages.jobs, icon: IconListCheck, permission: 'connections:read' },
    ],
  },
  {
    section: sections.workspace,
    places: [
      { to: '/members', label: pages.members, icon: IconUsers, permission: 'members:read' },
      { to: '/approvals', label: pages.approvals, icon: IconChecks, permission: 'approvals:read' },
      { to: '/settings', label: pages.settings, icon: IconSettings },
    ],
  },
];

/** What the page of an address needs. */
export const permissionOf = (to: string): string =>
  places.flatMap((group) => group.places).find((place) => to === place.to || to.startsWith(`${place.to}/`))
    ?.permission ?? 'session';

/** Gone to once, or looked up: in the palette and the menu of the person alone. */
export const firstSteps: Place = { to: '/start', label: pages.start, icon: IconRoute };

export function Navigation() {
  const { session } = usePageState();
  const may = ({ permission = 'session' }: Place): boolean =>
    session?.permissions.includes(permission) ?? false;
  const groups = places
    .map((group) => ({ ...group, places: group.places.filter(may) }))
    // A heading over nothing says that something is missing.
    .filter((group) => group.places.length > 0);
  return (
    <nav className={classes.navigation} aria-label={t.shell.navigation}>
      <WorkspaceSwitcher />
      {groups.map(({ section, places: group }) => (
        <div key={section ?? ''} className={classes.group}>
          {section && <p className={classes.section}>{section}</p>}
          {group.map((place) => (
            <PlaceLink key={place.to} place={place} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function PlaceLink({ place: { to, label, icon: Icon } }: { place: Place }) {
  return (
    <Link to={to} className={classes.place} activeOptions={{ exact: to === '/', includeSearch: false }}>
      <Icon size={16} stroke={1.75} aria-hidden />
      {label}
    </Link>
  );
}
