/** What limits a grant however often it is renewed. Times in milliseconds since the epoch. */
export interface GrantLimits {
  authorizedAt: number;
  /** Fixed from the consent on (LinkedIn 365 d, Intuit 5 years). */
  absoluteMs?: number;
  /** As the provider told of the refresh token in hand. */
  refreshTokenExpiresAt?: number | null;
  /** Whether a renewal brings a refresh token that lives longer: then the one in hand is no limit of the grant. */
  extendsOnUse: boolean;
}

/** When the user must consent again at the latest; null where nothing says so. */
export function reauthorizeBy(limits: GrantLimits): number | null {
  const ends = [
    limits.absoluteMs === undefined ? undefined : limits.authorizedAt + limits.absoluteMs,
    limits.extendsOnUse ? undefined : (limits.refreshTokenExpiresAt ?? undefined),
  ].filter((end) => end !== undefined);
  return ends.length === 0 ? null : Math.min(...ends);
}
