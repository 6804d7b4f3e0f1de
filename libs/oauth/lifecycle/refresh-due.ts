/** What the schedule of one slot hangs on. Durations in milliseconds, from when the tokens were issued. */
export interface RefreshSchedule {
  /** Of the access token; null: not known. */
  lifetimeMs: number | null;
  /** A refresh token, or client credentials. */
  renewable: boolean;
  /** The refresh token lapses when it was not used for this long; null or absent: not known to. */
  idleMs?: number | null;
  /** Of the refresh token in hand, where using it brings one that lives longer: not used by then, it lapses as well. */
  refreshTokenLifetimeMs?: number | null;
  /** Absent: `ahead`. `on_demand`: only so often that the refresh token does not lapse. */
  policy?: 'ahead' | 'on_demand';
  /** In [0, 1): spreads what was issued together. */
  jitter: number;
}

const smallestMarginMs = 300_000;
const marginShare = 0.1;
/** Where nothing says how long a renewable token lives. */
export const assumedLifetimeMs = 3_600_000;
/** How much of the margin the jitter may take. */
const jitterShare = 0.2;

/** How long before expiry to renew: the larger of 5 min and 10 % of the lifetime, never more than half of it. */
export function refreshMarginMs(lifetimeMs: number): number {
  return Math.min(Math.max(smallestMarginMs, lifetimeMs * marginShare), lifetimeMs / 2);
}

/** When to renew, counted from issue; null where there is nothing to renew, or nobody wants it. Never later than expiry. */
export function refreshDue(schedule: RefreshSchedule): number | null {
  const { lifetimeMs, renewable, idleMs, refreshTokenLifetimeMs, policy = 'ahead', jitter } = schedule;
  if (!renewable) return null;
  const ends = [
    idleMs,
    refreshTokenLifetimeMs,
    policy === 'ahead' ? (lifetimeMs ?? assumedLifetimeMs) : null,
  ];
  const dues = ends.filter((end) => end !== null && end !== undefined).map((end) => early(end, jitter));
  return dues.length === 0 ? null : Math.round(Math.min(...dues));
}

function early(lifetimeMs: number, jitter: number): number {
  const margin = refreshMarginMs(lifetimeMs);
  return lifetimeMs - margin + margin * jitterShare * jitter;
}
