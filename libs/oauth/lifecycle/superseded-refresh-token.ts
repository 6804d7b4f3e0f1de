import type { EffectiveRotation } from './rotation-mode.js';

/** A refresh token whose slot has a newer one. Times in milliseconds. */
export interface SupersededRefreshToken {
  rotation: EffectiveRotation;
  /** Spending it brought the next one, or the provider refused it. False: a consent brought the next one, or nobody knows. */
  spent: boolean;
  /** The same of its successor. */
  successorSpent: boolean;
  /** Since it was superseded; null: not known. */
  sinceMs: number | null;
  /** How long one lives that nobody spends. */
  idleMs?: number;
  /** How long one lives at most. */
  absoluteMs?: number;
}

/** Whether the provider may still take it. In doubt it may: only what is known of its mode and its end says no. */
export function mayStillRefresh(token: SupersededRefreshToken): boolean {
  const { rotation, spent, successorSpent, sinceMs, idleMs = Infinity, absoluteMs = Infinity } = token;
  if ((sinceMs ?? 0) >= Math.min(idleMs, absoluteMs)) return false;
  if (!spent) return true;
  switch (rotation.mode) {
    case 'none':
      return true;
    case 'A':
      return false;
    case 'B':
    case 'C':
    case 'D':
      return sinceMs === null || sinceMs < (rotation.graceMs ?? 0);
    case 'E':
      return !successorSpent;
  }
}
