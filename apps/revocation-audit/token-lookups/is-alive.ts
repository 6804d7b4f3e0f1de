import { effectiveRotation, mayStillRefresh, type RotationRules } from '#oauth';
import type { ResolvedProvider } from '#providers';
import type { LookedUpToken } from '#storage';

/** Of a provider that this release does not know, or whose settings no longer fit: nobody vouches for it. */
const unvouched: RotationRules = { mode: 'unknown', killsAccessToken: false };

/**
 * Whether the provider may still accept it. In doubt it may: a dead token that is revoked costs nothing, a living one that is
 * taken for dead costs all. So a revocation counts only once the provider confirmed it, pausing does not count at all, and a
 * refresh token that was replaced is dead only where its provider's rotation says so.
 */
export function isAlive(token: LookedUpToken, provider: ResolvedProvider | undefined): boolean {
  const { kind, state, reason, current, expiresAt, supersededAt, readAt } = token;
  if (expiresAt !== null && expiresAt <= readAt) return false;
  if (state === 'revoked' && !reason?.code.startsWith('provider_')) return false;
  if (kind === 'access') return true;
  if (current) return state !== 'needs_reauthorization';
  return mayStillRefresh({
    rotation: effectiveRotation(provider?.rotation ?? unvouched),
    spent: token.spent,
    successorSpent: token.successorSpent,
    sinceMs: supersededAt && readAt.getTime() - supersededAt.getTime(),
    ...provider?.refreshTokenLife,
  });
}
