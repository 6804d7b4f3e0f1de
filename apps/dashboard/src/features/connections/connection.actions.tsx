import { ActionIcon, Button, CopyButton, Menu } from '@mantine/core';
import {
  IconBan,
  IconDots,
  IconEraser,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTerminal2,
  IconUserX,
  type Icon,
} from '@tabler/icons-react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { curl } from '../../ui/copy-curl.js';
import type { Act } from './use-actions.js';
import { offered, type Action } from './offered-actions.js';
import type { ConnectionDetail } from './connection.query.js';
import classes from './connection.module.css';

const words = t.connection.actions;

const looks: Record<Action, { label: string; icon: Icon }> = {
  refresh: { label: words.refresh, icon: IconRefresh },
  retry: { label: words.retry, icon: IconRefresh },
  resume: { label: words.resume, icon: IconPlayerPlay },
  pause: { label: words.pause, icon: IconPlayerPause },
  link: { label: words.connectLink, icon: IconLink },
  giveUp: { label: words.giveUp, icon: IconUserX },
  revoke: { label: words.revoke, icon: IconBan },
  erase: { label: words.erase, icon: IconEraser },
};

interface ConnectionActionsProps {
  connection: ConnectionDetail;
  running: Action | undefined;
  act: Act;
}

/** One primary action, by state; revoking beside it; the rest in a menu. What the role does not allow is not there. */
export function ConnectionActions({ connection, running, act }: ConnectionActionsProps) {
  const may = {
    write: useCan('connections:write'),
    revoke: useCan('connections:revoke'),
    connect: useCan('connect:write'),
  };
  const { primary, revoke, others } = offered(connection, may);
  const First = primary && looks[primary].icon;
  return (
    <>
      {primary && First && (
        <Button
          className={classes.grow}
          leftSection={<First size={14} />}
          loading={running === primary}
          onClick={() => act(primary)}
        >
          {looks[primary].label}
        </Button>
      )}
      {revoke && (
        <Button
          variant="default"
          className={`${classes.grow} ${classes.danger}`}
          leftSection={<IconBan size={14} />}
          onClick={() => act('revoke')}
        >
          {words.revoke}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon className={classes.more} variant="default" aria-label={words.menu}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((action) => {
            const { icon: Other, label } = looks[action];
            return (
              <Menu.Item key={action} leftSection={<Other size={14} />} onClick={() => act(action)}>
                {label}
              </Menu.Item>
            );
          })}
          <CopyButton value={curl('GET', `/v1/connections/${connection.id}`)}>
            {({ copied, copy }) => (
              <Menu.Item closeMenuOnClick={false} leftSection={<IconTerminal2 size={14} />} onClick={copy}>
                {copied ? t.actions.copied : words.curl}
              </Menu.Item>
            )}
          </CopyButton>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
