import {
  IconAlertTriangle,
  IconBiohazard,
  IconClockPause,
  IconGhost2,
  IconQuestionMark,
  type Icon,
} from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import type { Tone } from '../../shell/theme.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { TroubleKind } from './jobs.search.js';

export const kindLooks: Readonly<Record<TroubleKind, { tone: Tone; form: 'tint' | 'outline'; icon: Icon }>> =
  {
    waiting: { tone: 'wait', form: 'outline', icon: IconClockPause },
    degraded: { tone: 'warn', form: 'tint', icon: IconAlertTriangle },
    quarantined: { tone: 'warn', form: 'outline', icon: IconBiohazard },
    in_doubt: { tone: 'wait', form: 'tint', icon: IconQuestionMark },
    orphaned: { tone: 'off', form: 'outline', icon: IconGhost2 },
  };

export function KindBadge({ kind }: { kind: TroubleKind }) {
  const { tone, form, icon } = kindLooks[kind];
  return (
    <ToneBadge tone={tone} form={form} icon={icon}>
      {t.jobs.kinds[kind]}
    </ToneBadge>
  );
}
