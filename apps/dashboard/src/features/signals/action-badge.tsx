import { IconBan, IconBell, IconMinus, IconPlayerPause, type Icon } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import type { Tone } from '../../shell/theme.js';
import { ToneBadge } from '../../ui/state-badge.js';

const looks: Record<string, { tone: Tone; form: 'tint' | 'outline' | 'filled'; icon: Icon }> = {
  revoke: { tone: 'off', form: 'filled', icon: IconBan },
  freeze: { tone: 'wait', form: 'tint', icon: IconPlayerPause },
  notify: { tone: 'off', form: 'outline', icon: IconBell },
  ignore: { tone: 'off', form: 'outline', icon: IconMinus },
};

/** What a policy says, or what was done. */
export function ActionBadge({ action }: { action: string }) {
  const look = looks[action] ?? looks['ignore']!;
  return <ToneBadge {...look}>{t.signals.actions[action] ?? action}</ToneBadge>;
}
