import type { ConnectionReader, LookedUpToken } from '#storage';
import type { TokenResult } from './token-lookup.dto.js';

/** The answer about one value: everything of one of ours, and of any other the same members with nothing in them. */
export function tokenResult(
  index: number,
  token: LookedUpToken | undefined,
  readers: readonly ConnectionReader[] = [],
): TokenResult {
  return {
    index,
    found: token !== undefined,
    kind: token?.kind ?? null,
    connection: token?.connectionId ?? null,
    end_user: token?.endUserId ?? null,
    integration: token?.integrationId ?? null,
    provider: token?.provider ?? null,
    state: token?.state ?? null,
    slot: token?.slot ?? null,
    generation: token?.generation ?? null,
    current: token?.current ?? null,
    alive: token ? isAlive(token) : null,
    issued_at: token?.issuedAt.toISOString() ?? null,
    expires_at: token?.expiresAt?.toISOString() ?? null,
    superseded_at: token?.supersededAt?.toISOString() ?? null,
    last_read_at: token?.lastReadAt?.toISOString() ?? null,
    readers: readers.map(({ caller, network, firstAt, lastAt, reads }) => ({
      caller,
      network,
      first_read_at: firstAt.toISOString(),
      last_read_at: lastAt.toISOString(),
      count: reads,
    })),
  };
}

/**
 * Whether the provider may still accept it. In doubt it may: a dead token that is revoked costs nothing, a living one that is
 * taken for dead costs all. So a revocation counts only once the provider confirmed it, and pausing does not count at all.
 */
export function isAlive({ kind, state, reason, current, expiresAt, readAt }: LookedUpToken): boolean {
  if (expiresAt !== null && expiresAt <= readAt) return false;
  if (state === 'revoked' && !reason?.code.startsWith('provider_')) return false;
  return kind === 'access' || (current && state !== 'needs_reauthorization');
}
