import { backoffMs, needsResolver, type Failure } from '#oauth';
import type { Attempt } from './attempt.js';

/** How often a paused integration is tried: it resumes by itself within a minute of the fix. */
export const probeEveryMs = 20_000;
/** How long before the resolver looks at an attempt whose end is not known. */
const resolveSoonMs = 500;
/** While a provider refuses everybody, its refusals are tried again this far apart. */
const incidentFirstMs = 30_000;

/** What a failure does, applied in one transaction. */
export interface FailureEffect {
  failure: Failure;
  /** Of the connection's state. */
  trigger: 'renewal_failed' | 'reauthorization_required' | null;
  /** The reason that is shown; the failure's own code, or `lost_rotation`. */
  code: string;
  integration: 'pause' | 'resume' | null;
  /** Null: not by the schedule. */
  dueInMs: number | null;
  countsAsFailure: boolean;
  attempt: { closeAs: 'failed' | 'not_sent' } | { resolveInMs: number };
  /** A landing that nobody understands is kept for people to look at. */
  quarantineLanding: boolean;
}

/** What the rules ask about when they judge a failure. */
export interface Circumstances {
  random: number;
  /** The provider refuses so many that it says nothing about this one. */
  doubted: boolean;
}

/** "Classes of failure" of the refresh protocol. Pure and total. */
export function failureEffect(
  attempt: Pick<Attempt, 'facts' | 'afterAmbiguity'>,
  failure: Failure,
  { random, doubted }: Circumstances,
): FailureEffect {
  const { facts, afterAmbiguity } = attempt;
  const { mode } = facts.renewal.rotation;
  const { retryAfterMs } = failure;
  const waitMs = backoffMs({ failures: facts.failures + 1, random, retryAfterMs });
  const base = { failure, code: failure.code, integration: null, quarantineLanding: false } as const;
  const closed = {
    closeAs: failure.class === 'TRANSIENT' && !failure.httpStatus ? 'not_sent' : 'failed',
  } as const;
  const tryAgain: FailureEffect = {
    ...base,
    trigger: 'renewal_failed',
    dueInMs: waitMs,
    countsAsFailure: true,
    attempt: closed,
  };
  const leave = (resolveInMs: number): FailureEffect => ({
    ...tryAgain,
    dueInMs: null,
    attempt: { resolveInMs },
  });
  // The first time at once; a resolver's own try that came to nothing backs off like any other.
  const toResolver = leave(afterAmbiguity ? waitMs : resolveSoonMs);
  const quiet = (effect: FailureEffect): FailureEffect => ({
    ...effect,
    trigger: null,
    countsAsFailure: false,
  });

  if (failure.class === 'PROTOCOL')
    return { ...(mode === 'none' ? tryAgain : toResolver), quarantineLanding: true };
  if (needsResolver(failure, mode)) return toResolver;
  switch (failure.class) {
    case 'REAUTHORIZE':
      if (doubted)
        return afterAmbiguity
          ? leave(incidentFirstMs * (1 + random))
          : { ...tryAgain, dueInMs: incidentFirstMs * (1 + random) };
      return {
        ...base,
        trigger: 'reauthorization_required',
        // Refused after a request whose end was never known: we lost the rotation, the user did not leave.
        code: afterAmbiguity && mode !== 'none' ? 'lost_rotation' : failure.code,
        // A client whose grant is looked at was let in.
        integration: 'resume',
        dueInMs: null,
        countsAsFailure: true,
        attempt: closed,
      };
    // What says nothing about the doubt leaves it open: whatever refuses the token later tells of a lost rotation.
    case 'CLIENT_CONFIG':
      return {
        ...quiet(afterAmbiguity ? leave(probeEveryMs) : { ...tryAgain, dueInMs: probeEveryMs }),
        integration: 'pause',
      };
    case 'THROTTLED':
      return quiet(afterAmbiguity ? leave(waitMs) : tryAgain);
    default:
      return afterAmbiguity ? leave(waitMs) : tryAgain;
  }
}
