import type { ConnectSession } from '#storage';

/** How long a connect link may be completed. */
export const sessionLifeMs = 30 * 60_000;
/** How long the platform has at least to confirm, however late the end user came. */
export const confirmWithinMs = 10 * 60_000;
/** How long one visit to the provider may take. */
export const authorizationLifeMs = 10 * 60_000;
/** How often one link may be started: who holds a link must not fill the table. */
export const mostStarts = 50;

export type ShownState = ConnectSession['state'] | 'expired';

/** The state as told: a session that nobody completed, or confirmed, in time has expired. */
export function shownState(session: ConnectSession, now: number): ShownState {
  return session.state !== 'completed' && session.expiresAt.getTime() <= now ? 'expired' : session.state;
}

/** Whether its link still leads anywhere. A failure does not end it: the end user may try again. */
export function linkState(session: ConnectSession, now: number): 'usable' | 'expired' | 'used' {
  if (session.state === 'completed' || session.state === 'awaiting_confirmation') return 'used';
  return session.expiresAt.getTime() <= now ? 'expired' : 'usable';
}
