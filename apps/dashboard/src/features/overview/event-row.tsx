import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDot,
  IconPlayerPause,
  IconRefresh,
  IconUserExclamation,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { LiveEvent } from '../../live/live-stream.js';
import { t } from '../../messages/index.js';
import { secondOf } from './clock.js';
import { useNames } from '../../ui/names.js';
import { detailOf, placeOf } from './event-place.js';
import classes from './live-events.module.css';

const ok = { tone: 'ok', icon: IconCircleCheck };
const warn = { tone: 'warn', icon: IconAlertTriangle };
const act = { tone: 'act', icon: IconUserExclamation };
const off = { tone: 'off', icon: IconBan };
const paused = { tone: 'off', icon: IconPlayerPause };
const looks: Record<string, { tone: string; icon: Icon }> = {
  'connection.authorized': ok,
  'connection.recovered': ok,
  'connection.resumed': ok,
  'connection.revocation_confirmed': ok,
  'integration.resumed': ok,
  'provider.incident_closed': ok,
  'connection.degraded': warn,
  'connection.quarantined': warn,
  'connection.revocation_failed': warn,
  'connection.anomaly_detected': warn,
  'token.refresh_failed': warn,
  'provider.incident_opened': warn,
  'connection.needs_reauthorization': act,
  'connection.reauthorize_soon': act,
  'token.leak_reported': act,
  'security_event.received': act,
  'connection.paused': paused,
  'integration.paused': paused,
  'connection.expired': off,
  'connection.revoked': off,
  'connection.erased': off,
  'end_user.removed': off,
  'token.refreshed': { tone: 'quiet', icon: IconRefresh },
};
const otherwise = { tone: 'quiet', icon: IconCircleDot };

/** One event: what, when, to whom; it leads there. Never changes, but for the names in it. */
export const EventRow = memo(function EventRow({ event }: { event: LiveEvent }) {
  const names = useNames();
  const { tone, icon: Mark } = looks[event.type] ?? otherwise;
  return (
    <li>
      <Link {...placeOf(event)} preload={false} className={classes.row}>
        <Mark size={16} aria-hidden className={classes.mark} data-tone={tone} />
        <span className={classes.what}>{t.overview.events.types[event.type] ?? event.type}</span>
        <time className={classes.at} dateTime={event.time}>
          {secondOf(event.time)}
        </time>
        <span className={classes.detail}>{detailOf(event, names)}</span>
      </Link>
    </li>
  );
});
