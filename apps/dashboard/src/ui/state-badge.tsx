import {
  IconAlertTriangle,
  IconBan,
  IconBiohazard,
  IconCircleCheck,
  IconCircleDashed,
  IconHourglassOff,
  IconLoader,
  IconPlayerPause,
  IconUserExclamation,
  type Icon,
} from '@tabler/icons-react';
import type { Tone } from '../shell/theme.js';
import { t } from '../messages/index.js';
import classes from './state-badge.module.css';

export type ConnectionState = keyof typeof t.states.connection;

const looks: Record<ConnectionState, { tone: Tone; form: 'tint' | 'outline' | 'filled'; icon: Icon }> = {
  pending: { tone: 'wait', form: 'outline', icon: IconCircleDashed },
  active: { tone: 'ok', form: 'tint', icon: IconCircleCheck },
  degraded: { tone: 'warn', form: 'tint', icon: IconAlertTriangle },
  needs_reauthorization: { tone: 'act', form: 'filled', icon: IconUserExclamation },
  paused: { tone: 'off', form: 'outline', icon: IconPlayerPause },
  quarantined: { tone: 'warn', form: 'outline', icon: IconBiohazard },
  revoking: { tone: 'wait', form: 'tint', icon: IconLoader },
  revoked: { tone: 'off', form: 'filled', icon: IconBan },
  expired: { tone: 'off', form: 'tint', icon: IconHourglassOff },
};

/** The state of a connection: icon, word and form, never colour alone. */
export function StateBadge({ state }: { state: string }) {
  const look = looks[state as ConnectionState] ?? looks.pending;
  return (
    <ToneBadge tone={look.tone} form={look.form} icon={look.icon}>
      {t.states.connection[state as ConnectionState] ?? state}
    </ToneBadge>
  );
}

interface ToneBadgeProps {
  tone: Tone;
  form?: 'tint' | 'outline' | 'filled';
  icon?: Icon;
  children: React.ReactNode;
}

/** Any other state, in one of the five tones. */
export function ToneBadge({ tone, form = 'tint', icon: Icon, children }: ToneBadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone} data-form={form}>
      {Icon && <Icon size={14} stroke={2} aria-hidden />}
      <span>{children}</span>
    </span>
  );
}
