import type { EffectiveRotation } from './rotation-mode.js';

/** All in milliseconds. */
export interface RefreshTiming {
  leaseMs: number;
  /** Renew the lease this often. */
  heartbeatMs: number;
  /** The whole request, from DNS to the last byte. */
  deadlineMs: number;
  /** Since T1 began, by a monotonic clock: later than this the request is not written. */
  writeWithinMs: number;
  /** How often the resolver looks. */
  tickMs: number;
}

const tickMs = 1000;
const marginMs = 1000;
const longestLeaseMs = 20_000;
const shortestLeaseMs = 2000;
const longestDeadlineMs = 30_000;

/**
 * Keeps deadline + lease + tick + 1 s within the window, so that after a crash or a lost answer there is time to spend
 * the same token again. Without a window: lease 20 s, deadline 30 s.
 */
export function refreshTiming({ graceMs }: EffectiveRotation): RefreshTiming {
  if (graceMs === null) return timing(longestLeaseMs, longestDeadlineMs);
  const leaseMs = Math.min(Math.max(Math.floor(graceMs / 6), shortestLeaseMs), longestLeaseMs);
  return timing(leaseMs, Math.min(longestDeadlineMs, graceMs - leaseMs - tickMs - marginMs));
}

function timing(leaseMs: number, deadlineMs: number): RefreshTiming {
  return {
    leaseMs,
    heartbeatMs: Math.floor(leaseMs / 3),
    deadlineMs,
    writeWithinMs: Math.floor(leaseMs / 2),
    tickMs,
  };
}
