import type { ConnectionDetail } from './connection.query.js';

export type Action = 'refresh' | 'retry' | 'resume' | 'pause' | 'link' | 'giveUp' | 'revoke' | 'erase';

interface May {
  write: boolean;
  revoke: boolean;
  connect: boolean;
}

type State = ConnectionDetail['state'];

const firsts: Partial<Record<State, Action>> = {
  active: 'refresh',
  degraded: 'refresh',
  needs_reauthorization: 'link',
  paused: 'resume',
  quarantined: 'retry',
  revoked: 'link',
  expired: 'link',
};
const rest: Partial<Record<State, Action[]>> = {
  active: ['pause', 'link'],
  degraded: ['pause', 'link', 'giveUp'],
  needs_reauthorization: ['pause'],
  paused: ['link'],
  quarantined: ['giveUp', 'link'],
  revoked: ['erase'],
  expired: ['erase'],
};
const final = new Set<State>(['revoking', 'revoked', 'expired']);

export interface Offer {
  primary: Action | undefined;
  revoke: boolean;
  others: Action[];
}

/** What there is to do in a state, and what of it the role allows. */
export function offered(
  connection: Pick<ConnectionDetail, 'state' | 'grant_type' | 'slots'>,
  may: May,
): Offer {
  const { state, grant_type: grant, slots } = connection;
  // Only people open links; each of several tokens is renewed by its own button.
  const isPossible = (action: Action): boolean =>
    action === 'link' ? grant === 'authorization_code' : action !== 'refresh' || slots.length <= 1;
  const isAllowed = (action: Action): boolean => (action === 'link' ? may.connect : may.write);
  const isOffered = (action: Action): boolean => isPossible(action) && isAllowed(action);
  const first = firsts[state];
  return {
    primary: first && isOffered(first) ? first : undefined,
    revoke: may.revoke && !final.has(state),
    others: (rest[state] ?? []).filter(isOffered),
  };
}
