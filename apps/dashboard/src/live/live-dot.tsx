import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAntennaBars5, IconAntennaBarsOff, IconPlayerPause } from '@tabler/icons-react';
import { t } from '../messages/index.js';
import { pauseLive } from './live-stream.js';
import { useLiveStatus } from './use-live.js';

const icons = { on: IconAntennaBars5, off: IconAntennaBarsOff, paused: IconPlayerPause };

/** Whether events arrive; a click pauses them. */
export function LiveDot() {
  const status = useLiveStatus();
  const Icon = icons[status];
  return (
    <Tooltip label={t.shell.live[status]}>
      <ActionIcon aria-label={t.shell.live[status]} onClick={() => pauseLive(status !== 'paused')}>
        <Icon size={18} color={status === 'on' ? 'var(--eg-ok-fg)' : undefined} />
      </ActionIcon>
    </Tooltip>
  );
}
