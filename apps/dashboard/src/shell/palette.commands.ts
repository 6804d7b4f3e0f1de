import {
  IconAlertOctagon,
  IconKey,
  IconLinkPlus,
  IconLogout,
  IconPlus,
  IconSnowflake,
  IconUserPlus,
  type Icon,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { usePreference } from '../ui/preference.js';
import { colorSchemes } from './color-schemes.js';
import { signOut } from './sign-out.js';

const words = t.shell.palette.commands;

export interface Command {
  id: string;
  label: string;
  icon: Icon;
  permission?: string;
  run: () => void;
}

/** What can be begun from anywhere, as far as the person may. None of them does what is final: that asks on its page. */
export function useCommands(): readonly Command[] {
  const { session } = usePageState();
  const navigate = useNavigate();
  const [, setColorScheme] = usePreference('color_scheme');
  const commands: Command[] = [
    {
      id: 'integration',
      label: t.integrations.add,
      icon: IconPlus,
      permission: 'integrations:write',
      run: () => void navigate({ to: '/integrations/new' }),
    },
    {
      id: 'link',
      label: t.connectLinks.make,
      icon: IconLinkPlus,
      permission: 'connect:write',
      run: () => void navigate({ to: '/connect-links', search: { new: true } }),
    },
    {
      id: 'stop',
      label: words.stop,
      icon: IconAlertOctagon,
      permission: 'connections:revoke',
      run: () => void navigate({ to: '/kill-switch/new', search: { kind: 'revoke' } }),
    },
    {
      id: 'freeze',
      label: words.freeze,
      icon: IconSnowflake,
      permission: 'connections:revoke',
      run: () => void navigate({ to: '/kill-switch/new', search: { kind: 'freeze' } }),
    },
    {
      id: 'key',
      label: t.apiKeys.create,
      icon: IconKey,
      permission: 'keys:write',
      run: () => void navigate({ to: '/api-keys', search: { new: true } }),
    },
    {
      id: 'invite',
      label: words.invite,
      icon: IconUserPlus,
      permission: 'members:write',
      run: () => void navigate({ to: '/members', search: { new: true } }),
    },
    ...colorSchemes.map(([scheme, name, icon]) => ({
      id: scheme,
      label: words.scheme(name),
      icon,
      run: () => setColorScheme(scheme),
    })),
    { id: 'sign-out', label: t.shell.signOut, icon: IconLogout, run: () => void signOut() },
  ];
  return commands.filter(({ permission }) => !permission || session?.permissions.includes(permission));
}
