import type { ConnectionReader } from '#storage';
import type { KnownToken } from './known-tokens.service.js';
import type { TokenResult } from './token-lookup.dto.js';

/** The answer about one value: everything of one of ours, and of any other the same members with nothing in them. */
export function tokenResult(
  index: number,
  token: KnownToken | undefined,
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
    alive: token?.alive ?? null,
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
