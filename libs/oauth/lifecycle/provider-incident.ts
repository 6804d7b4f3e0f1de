/** `refusals`: it refuses so many grants that it says nothing about any one; `outage`: it answers hardly anybody. */
export const incidentKinds = ['refusals', 'outage'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** How a provider's token requests ended in the last five minutes, over all workspaces. */
export interface ProviderCounts {
  refreshed: number;
  /** REAUTHORIZE. */
  refused: number;
  /** TRANSIENT, AMBIGUOUS and PROTOCOL. */
  failed: number;
}

const refusedShare = 0.1;
const failedShare = 0.5;
const least = 20;

/**
 * Thousands of users do not leave at once: more than 10 % refused, and at least 20, is the provider's incident or our
 * own secret. More than half failed, and at least 20, is an outage.
 */
export function incidentIn({ refreshed, refused, failed }: ProviderCounts): IncidentKind | null {
  const all = refreshed + refused + failed;
  if (refused >= least && refused > refusedShare * all) return 'refusals';
  if (failed >= least && failed > failedShare * all) return 'outage';
  return null;
}
