import { Button, Menu } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { usePageState } from '../api/session-state.js';
import { switchWorkspace } from '../api/switch-workspace.js';
import { t } from '../messages/index.js';
import { toastProblem } from '../ui/toasts.js';
import classes from './workspace-switcher.module.css';

/** The workspace one is in; nothing of the former one stays on the page after a switch. */
export function WorkspaceSwitcher() {
  const { session } = usePageState();
  const current = session?.workspaces.find(({ id }) => id === session.workspace?.id);
  return (
    <Menu width={208} position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          fullWidth
          className={classes.switcher}
          aria-label={`${t.shell.switchWorkspace}: ${current?.name ?? t.shell.product}`}
          rightSection={<IconSelector size={14} />}
        >
          <span className={classes.name}>{current?.name ?? t.shell.product}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {session?.workspaces.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            onClick={() => void switchWorkspace(id, '/').catch(toastProblem)}
            rightSection={id === current?.id && <IconCheck size={14} />}
          >
            <div>{name}</div>
            <div className={classes.role}>{t.shell.role(role)}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
