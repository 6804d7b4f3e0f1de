export interface Backoff {
  /** In a row, this one included: 1 for the first. */
  failures: number;
  /** In [0, 1). */
  random: number;
  /** As the provider told: never sooner. */
  retryAfterMs?: number;
  firstMs?: number;
  maxMs?: number;
}

/** Milliseconds to wait: exponential with full jitter, so that what failed together does not come back together. */
export function backoffMs({
  failures,
  random,
  retryAfterMs,
  firstMs = 1000,
  maxMs = 300_000,
}: Backoff): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  // Full jitter over what is left above the floor: half of the first step is the soonest.
  const floor = Math.min(firstMs, maxMs) / 2;
  const wait = floor + random * Math.max(ceiling - floor, 0);
  return Math.round(retryAfterMs === undefined ? wait : retryAfterMs + random * Math.min(firstMs, maxMs));
}
