import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconKeyboard, IconLogout, IconRoute, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { usePreference } from '../ui/preference.js';
import { colorSchemes } from './color-schemes.js';
import { signOut } from './sign-out.js';

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { session } = usePageState();
  const [colorScheme, setColorScheme] = usePreference('color_scheme');
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
        {colorSchemes.map(([scheme, label, SchemeIcon]) => (
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
