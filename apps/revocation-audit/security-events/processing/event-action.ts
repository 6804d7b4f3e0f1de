import type { SecurityEvent, SecurityEventAction, SecurityEventStream } from '#storage';
import {
  defaultPolicyOf,
  globalTokenRevocationType,
  streamUpdatedType,
  verificationTypes,
} from './event-types.js';

export type TakenAction = SecurityEventAction | 'ignore';

const strength: readonly TakenAction[] = ['ignore', 'notify', 'freeze', 'revoke'];

/** What a stream's policies make of an event: of several event types, the strongest. */
export function actionFor(
  { policies, events: wanted }: Pick<SecurityEventStream, 'policies' | 'events'>,
  events: SecurityEvent['events'],
): TakenAction {
  const actions = Object.entries(events).map(([type, payload]): TakenAction => {
    if (isAboutStream(type)) return 'ignore';
    if (type === globalTokenRevocationType) return 'revoke';
    if (wanted !== null && !wanted.includes(type)) return 'ignore';
    const own = Object.hasOwn(policies, type) ? policies[type] : undefined;
    return own ?? defaultPolicyOf(type, payload);
  });
  return strength[Math.max(...actions.map((action) => strength.indexOf(action)))] ?? 'ignore';
}

export function isAboutStream(type: string): boolean {
  return verificationTypes.includes(type) || type === streamUpdatedType;
}
