import { defaultMinTtlMs } from './min-ttl.js';
import type { EffectiveRotation } from './rotation-mode.js';

/** An attempt that was left in `intent` or `ambiguous`, as the resolver finds it. Times in milliseconds. */
export interface AmbiguousAttempt {
  rotation: EffectiveRotation;
  /** Since the first of the requests whose end is not known began: the window may run from then. */
  sinceFirstSendMs: number;
  /** Of the access token in hand; null: not known to expire. */
  accessTokenRemainingMs: number | null;
  accessTokenLifetimeMs: number | null;
  /** Whether the provider has introspection. */
  introspection: boolean;
  /** What asking brought; `unknown`: asked, and no answer. */
  liveness: 'not-asked' | 'alive' | 'dead' | 'unknown';
  /** Whether a worker that is down may hold the answer on its disk: a retry would kill what it brings back. */
  spoolMayHold?: boolean;
}

export type Resolution =
  /** Spend the same token again, one at a time. */
  | { action: 'retry-now'; why: 'reusable' | 'did-not-rotate' | 'nothing-to-lose' }
  /** `withinMs`: how long the window stays open for the request to be written. */
  | { action: 'retry-now'; why: 'within-window'; withinMs: number }
  /** Keep serving the access token, tell the operator, and spend once more when little of its life is left. */
  | { action: 'retry-late'; inMs: number }
  /** Alive means that the provider did not rotate. */
  | { action: 'ask-liveness'; of: 'access_token' | 'refresh_token' };

/** The same request must reach the provider before its window closes, whatever the network does meanwhile. */
const windowMarginMs = 1000;
/** Only then has the first request surely had its effect, if it has any: what is asked before says nothing of it. */
const firstRequestOverMs = 31_000;
/** Where a token is not known to expire, waiting longer tells nothing. */
const unknownLifeMs = 3_600_000;

/** Step 6 of the protocol. */
export function resolveAmbiguous(attempt: AmbiguousAttempt): Resolution {
  const { mode, graceMs } = attempt.rotation;
  switch (mode) {
    case 'none':
    case 'E':
      return { action: 'retry-now', why: 'reusable' };
    case 'B':
    case 'C':
    case 'D': {
      const withinMs = (graceMs ?? 0) - windowMarginMs - attempt.sinceFirstSendMs;
      return withinMs > 0 ? { action: 'retry-now', why: 'within-window', withinMs } : resolveStrict(attempt);
    }
    case 'A':
      return resolveStrict(attempt);
  }
}

function resolveStrict(attempt: AmbiguousAttempt): Resolution {
  const stillUnderWayMs = firstRequestOverMs - attempt.sinceFirstSendMs;
  if (stillUnderWayMs > 0) return { action: 'retry-late', inMs: stillUnderWayMs };
  const lateInMs = untilLate(attempt);
  if (lateInMs <= 0) return { action: 'retry-now', why: 'nothing-to-lose' };
  switch (attempt.liveness) {
    case 'alive':
      return { action: 'retry-now', why: 'did-not-rotate' };
    case 'dead':
      // Rotated and lost, or revoked: no token of ours is left that a retry could kill, unless one waits in a spool.
      return attempt.rotation.killsAccessToken && !attempt.spoolMayHold
        ? { action: 'retry-now', why: 'nothing-to-lose' }
        : { action: 'retry-late', inMs: lateInMs };
    case 'unknown':
      return { action: 'retry-late', inMs: lateInMs };
    case 'not-asked':
      return question(attempt) ?? { action: 'retry-late', inMs: lateInMs };
  }
}

/** The old access token tells only where rotation kills it; else the refresh token itself can be asked after. */
function question({ rotation, introspection }: AmbiguousAttempt): Resolution | undefined {
  if (rotation.killsAccessToken) return { action: 'ask-liveness', of: 'access_token' };
  return introspection ? { action: 'ask-liveness', of: 'refresh_token' } : undefined;
}

function untilLate({
  accessTokenRemainingMs,
  accessTokenLifetimeMs,
  sinceFirstSendMs,
}: AmbiguousAttempt): number {
  if (accessTokenRemainingMs === null) return unknownLifeMs - sinceFirstSendMs;
  // Readers that name no min_ttl are then still served until the retry has its answer.
  return accessTokenRemainingMs - defaultMinTtlMs(accessTokenLifetimeMs ?? accessTokenRemainingMs);
}
