import {
  IconBan,
  IconCircleCheck,
  IconHourglassOff,
  IconUserQuestion,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { ApprovalState } from './approvals.query.js';

type Look = Pick<Parameters<typeof ToneBadge>[0], 'tone' | 'form'> & { icon: Icon };

const looks: Record<ApprovalState, Look> = {
  pending: { tone: 'act', form: 'outline', icon: IconUserQuestion },
  approved: { tone: 'ok', icon: IconCircleCheck },
  rejected: { tone: 'off', icon: IconBan },
  withdrawn: { tone: 'off', form: 'outline', icon: IconX },
  lapsed: { tone: 'off', form: 'outline', icon: IconHourglassOff },
};

export function ApprovalBadge({ state }: { state: ApprovalState }) {
  return <ToneBadge {...looks[state]}>{t.approvals.states[state]}</ToneBadge>;
}
