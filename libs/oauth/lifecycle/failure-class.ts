import type { RotationMode } from './rotation-mode.js';

/** Closed. What each does: refresh-protocol, "Classes of failure". */
export const failureClasses = [
  'REAUTHORIZE',
  'CLIENT_CONFIG',
  'THROTTLED',
  'TRANSIENT',
  'AMBIGUOUS',
  'PROTOCOL',
] as const;
export type FailureClass = (typeof failureClasses)[number];

export interface Failure {
  class: FailureClass;
  /** The provider's own where it is safe to store and show, else ours (`http_502`, `not_understood`). */
  code: string;
  httpStatus?: number;
  /** As told, clamped to 1 s … 1 h. */
  retryAfterMs?: number;
  /** False where class and code are our guess from the status. */
  recognised: boolean;
  /** Whether the refresh token may be used up although no new one reached us. */
  mayHaveSpent: boolean;
  /** The server says that the refresh token had been used before: by us in a request that was lost, or by a thief. */
  tellsReuse?: true;
}

/**
 * Whether the attempt stays open for the resolver. Where an old token is good for long (none, E), a doubtful answer is
 * simply tried again; within a window there is no time to back off, and under A the doubt may cost the connection.
 */
export function needsResolver(failure: Failure, mode: RotationMode): boolean {
  if (failure.class === 'AMBIGUOUS') return true;
  return failure.class === 'TRANSIENT' && failure.mayHaveSpent && mode !== 'none' && mode !== 'E';
}
