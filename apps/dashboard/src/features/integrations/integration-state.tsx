import { IconCircleCheck, IconCircleDashed, IconPlayerPause, type Icon } from '@tabler/icons-react';
import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import type { Tone } from '../../shell/theme.js';
import { ToneBadge } from '../../ui/state-badge.js';

const looks: Record<Integration['state'], [Tone, 'tint' | 'outline' | 'filled', Icon]> = {
  draft: ['wait', 'outline', IconCircleDashed],
  active: ['ok', 'tint', IconCircleCheck],
  // Not as a paused connection looks: nobody chose this, and many users depend on it.
  paused: ['act', 'filled', IconPlayerPause],
};

export function IntegrationState({ state }: { state: Integration['state'] }) {
  const [tone, form, icon] = looks[state];
  return (
    <ToneBadge tone={tone} form={form} icon={icon}>
      {t.integrations.states[state]}
    </ToneBadge>
  );
}
