import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconPlayerPause,
  type Icon,
} from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import type { Tone } from '../../shell/theme.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { Stream } from './signals.query.js';

const words = t.signals;

type StreamState = keyof typeof words.state;

/** What counts most first: a stream that fails may well have been verified once. */
export function stateOf(stream: Stream): StreamState {
  if (stream.last_error !== null) return 'failing';
  if (stream.transmitter_status !== null && stream.transmitter_status !== 'enabled') return 'stopped';
  return stream.verified_at === null ? 'waiting' : 'verified';
}

export function stateSentence(stream: Stream): string {
  const state = stateOf(stream);
  if (state === 'stopped') return words.sentence.stopped(stream.transmitter_status ?? '');
  if (state !== 'waiting') return words.sentence[state];
  return stream.delivery === 'push' ? words.sentence.waitingPush : words.sentence.waitingPoll;
}

const looks: Record<StreamState, { tone: Tone; form: 'tint' | 'outline'; icon: Icon }> = {
  failing: { tone: 'warn', form: 'tint', icon: IconAlertTriangle },
  stopped: { tone: 'off', form: 'outline', icon: IconPlayerPause },
  verified: { tone: 'ok', form: 'tint', icon: IconCircleCheck },
  waiting: { tone: 'wait', form: 'outline', icon: IconCircleDashed },
};

export function StreamBadge({ stream }: { stream: Stream }) {
  const state = stateOf(stream);
  return <ToneBadge {...looks[state]}>{words.state[state]}</ToneBadge>;
}
