import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Why a live token died. Of a refresh token: `rotated` by its first use; `successor_used`: under E, when the client showed
 * that it has the next one; `last_replay_wins`: under D, with all that came of it. Of an access token: `superseded` by a
 * rotation. Of a whole family: `replayed`, `window_over` or `older_than_predecessor`, when a spent token came back;
 * `revoked` (RFC 7009); `user_left` (control API).
 */
export type KillReason =
  | 'rotated'
  | 'successor_used'
  | 'last_replay_wins'
  | 'superseded'
  | 'replayed'
  | 'window_over'
  | 'older_than_predecessor'
  | 'revoked'
  | 'user_left';

export interface Killed {
  kind: string;
  hash: string;
  why: KillReason;
}

/** What the request at hand has killed so far; oidc-provider calls the store with no word on why. */
export interface KillScope {
  why: KillReason;
  killed: Killed[];
}

export const killScope = new AsyncLocalStorage<KillScope>();
