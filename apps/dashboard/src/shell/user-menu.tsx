import { ActionIcon, Menu, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconRoute,
  IconSettings,
  IconSun,
  IconUserCircle,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { client, dataOf } from '../api/client.js';
import { usePageState } from '../api/session-state.js';
import { ApiProblem } from '../api/problem.js';
import { t } from '../messages/index.js';
import { toast } from '../ui/toasts.js';

const schemes: [MantineColorScheme, string, Icon][] = [
  ['light', t.shell.theme.light, IconSun],
  ['dark', t.shell.theme.dark, IconMoon],
  ['auto', t.shell.theme.auto, IconDeviceDesktop],
];

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { session } = usePageState();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async (): Promise<void> => {
    try {
      const { redirect } = await dataOf(client.POST('/admin/api/session/sign-out'));
      location.assign(redirect);
    } catch (thrown) {
      toast(ApiProblem.from(thrown).message);
    }
  };
  return (
    <Menu width={240} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t.shell.user}>
          <IconUserCircle size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {session?.person.name}
          </Text>
          <Text size="xs">{session?.person.email}</Text>
          {session?.workspace && <Text size="xs">{t.shell.role(session.workspace.role)}</Text>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t.shell.theme.label}</Menu.Label>
        {schemes.map(([scheme, label, SchemeIcon]) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={scheme === colorScheme}
            closeMenuOnClick
            rightSection={<SchemeIcon size={16} />}
            onChange={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" hash="you" leftSection={<IconSettings size={16} />}>
          {t.shell.preferences}
        </Menu.Item>
        <Menu.Item component={Link} to="/start" leftSection={<IconRoute size={16} />}>
          {t.shell.pages.start}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onHelp}>
          {t.shell.help.title}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
