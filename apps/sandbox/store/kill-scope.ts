import { AsyncLocalStorage } from 'node:async_hooks';

/** Why a live token died. `superseded`: the access token that a persona kills when the refresh token is rotated. */
export type KillReason = 'rotated' | 'replayed' | 'superseded' | 'revoked' | 'user_left';

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
