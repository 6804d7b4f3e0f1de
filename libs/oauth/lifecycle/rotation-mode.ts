/**
 * What spending a refresh token again does: `none` it stays good; `A` kills the family; `B` within a window another
 * child; `C` within a window the same answer; `D` within a window the earlier child dies; `E` good until the successor
 * is first used.
 */
export const rotationModes = ['none', 'A', 'B', 'C', 'D', 'E'] as const;
export type RotationMode = (typeof rotationModes)[number];

export interface RotationRules {
  mode: RotationMode | 'unknown';
  /** Of B, C and D. */
  graceSeconds?: number;
  /** Whether the old access token dies with the old refresh token: then asking it tells whether rotation happened. */
  killsAccessToken: boolean;
}

export interface EffectiveRotation {
  mode: RotationMode;
  /** Of B, C and D; null elsewhere. */
  graceMs: number | null;
  killsAccessToken: boolean;
}

/** Under this a window is over before a lost answer is noticed: it is treated as none at all. */
export const shortestUsefulGraceMs = 10_000;

export const windowModes: readonly (RotationMode | 'unknown')[] = ['B', 'C', 'D'];

/** What to reckon with: a rotation that nobody vouches for, or a window too short to use, is strict. */
export function effectiveRotation(rules: RotationRules): EffectiveRotation {
  const { mode, killsAccessToken } = rules;
  if (mode === 'unknown') return { mode: 'A', graceMs: null, killsAccessToken };
  if (!windowModes.includes(mode)) return { mode, graceMs: null, killsAccessToken };
  const graceMs = (rules.graceSeconds ?? 0) * 1000;
  return graceMs >= shortestUsefulGraceMs
    ? { mode, graceMs, killsAccessToken }
    : { mode: 'A', graceMs: null, killsAccessToken };
}
