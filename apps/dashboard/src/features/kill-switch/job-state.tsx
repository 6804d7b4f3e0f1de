import {
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconHelpCircle,
  IconHourglassOff,
  IconLoader,
  IconPlayerPause,
  IconSnowflake,
  IconSun,
  IconUserQuestion,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { Freeze, ItemState, Revocation } from './kill-switch.query.js';

type Look = Pick<Parameters<typeof ToneBadge>[0], 'tone' | 'form'> & { icon: Icon };

const looks: Record<Revocation['state'] | Freeze['state'], Look> = {
  awaiting_approval: { tone: 'act', icon: IconUserQuestion, form: 'outline' },
  running: { tone: 'wait', icon: IconLoader },
  paused: { tone: 'warn', icon: IconPlayerPause },
  pending: { tone: 'wait', icon: IconClockPause, form: 'outline' },
  finished: { tone: 'ok', icon: IconCircleCheck },
  cancelled: { tone: 'off', icon: IconX },
  rejected: { tone: 'off', icon: IconBan },
  withdrawn: { tone: 'off', icon: IconX, form: 'outline' },
  lapsed: { tone: 'off', icon: IconHourglassOff, form: 'outline' },
  freezing: { tone: 'wait', icon: IconLoader },
  frozen: { tone: 'off', icon: IconSnowflake, form: 'filled' },
  lifting: { tone: 'wait', icon: IconLoader, form: 'outline' },
  lifted: { tone: 'off', icon: IconSun, form: 'outline' },
};

/** Of a revocation or a freeze: icon, word and form. */
export function JobState({ state }: { state: Revocation['state'] | Freeze['state'] }) {
  return <ToneBadge {...looks[state]}>{t.killSwitch.states[state]}</ToneBadge>;
}

const itemLooks: Record<ItemState, Look> = {
  pending: { tone: 'wait', icon: IconLoader, form: 'outline' },
  revoked: { tone: 'ok', icon: IconCircleCheck, form: 'outline' },
  verified_dead: { tone: 'ok', icon: IconCircleCheck },
  unsupported: { tone: 'off', icon: IconHelpCircle },
  failed: { tone: 'act', icon: IconCircleX },
};

/** What came of telling the provider. */
export function ItemBadge({ state }: { state: ItemState }) {
  return <ToneBadge {...itemLooks[state]}>{t.revocation.itemStates[state]}</ToneBadge>;
}
