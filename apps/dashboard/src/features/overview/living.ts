const hourMs = 3_600_000;

/** What is renewed: of the others, an end says nothing that anybody waits for. */
export const living = 'active,degraded';

const iso = (ms: number): string => new Date(ms).toISOString();
const byEnd = { state: living, sort: 'expires_at' };

/** Connections with an access token that ends in the hour: `after` leaves out its own moment, and the hour has its first. */
export function endingIn(hour: string) {
  const from = Date.parse(hour);
  return { ...byEnd, expires_after: iso(from - 1), expires_before: iso(from + hourMs) };
}

/** Connections with an access token that has ended. */
export const endedBefore = (now: number) => ({ ...byEnd, expires_before: iso(now) });

/** Connections whose consent ends on that day (UTC). */
export function consentsEndingOn(day: string) {
  const from = Date.parse(day);
  return {
    state: living,
    reauthorize_after: iso(from - 1),
    reauthorize_before: iso(from + 24 * hourMs),
    sort: 'reauthorize_by',
  };
}
