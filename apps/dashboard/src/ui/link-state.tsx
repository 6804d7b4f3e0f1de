import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconHourglassOff,
  IconUserQuestion,
  type Icon,
} from '@tabler/icons-react';
import { t } from '../messages/index.js';
import type { Tone } from '../shell/theme.js';
import { ToneBadge } from './state-badge.js';

const looks: Record<keyof typeof t.connectLink.states, [Tone, 'tint' | 'outline', Icon]> = {
  open: ['wait', 'outline', IconCircleDashed],
  awaiting_confirmation: ['warn', 'outline', IconUserQuestion],
  completed: ['ok', 'tint', IconCircleCheck],
  failed: ['warn', 'tint', IconAlertTriangle],
  expired: ['off', 'tint', IconHourglassOff],
};

/** What became of a connect link. */
export function LinkState({ state }: { state: keyof typeof looks }) {
  const [tone, form, icon] = looks[state];
  return (
    <ToneBadge tone={tone} form={form} icon={icon}>
      {t.connectLink.states[state]}
    </ToneBadge>
  );
}
