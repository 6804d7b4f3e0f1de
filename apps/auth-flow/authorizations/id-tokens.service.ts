import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type AuthorizationServer, fetchKeys, type IdTokenClaims, OAuthError, verifyIdToken } from '#oauth';
import { OutboundClient } from '#outbound';

type Keys = Awaited<ReturnType<typeof fetchKeys>>;

const keptMs = 10 * 60_000;
/** An unknown key id asks the server again, and no stranger can make us do so more often. */
const askAgainAfterMs = 30_000;
const deadlineMs = 10_000;

/** Checks ID tokens with the providers' keys, which are kept for some minutes. */
@Injectable()
export class IdTokensService {
  private readonly known = new LRUCache<string, { keys: Keys; at: number }>({ max: 500, ttl: keptMs });

  constructor(private readonly outbound: OutboundClient) {}

  /** @throws OAuthError id-token-…, keys-unavailable; OutboundError */
  async verify(check: {
    idToken: string;
    server: AuthorizationServer;
    clientId: string;
    nonce: string;
  }): Promise<IdTokenClaims> {
    const { keys, at } = await this.keysOf(check.server);
    try {
      return await verifyIdToken({ ...check, keys, now: new Date() });
    } catch (error) {
      const maybeNew = error instanceof OAuthError && error.code === 'id-token-key-unknown';
      if (!maybeNew || Date.now() - at < askAgainAfterMs) throw error;
      const { keys: fresh } = await this.fetch(check.server);
      return verifyIdToken({ ...check, keys: fresh, now: new Date() });
    }
  }

  private async keysOf(server: AuthorizationServer): Promise<{ keys: Keys; at: number }> {
    return this.known.get(server.endpoints.jwks ?? '') ?? this.fetch(server);
  }

  private async fetch(server: AuthorizationServer): Promise<{ keys: Keys; at: number }> {
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const found = { keys: await fetchKeys({ server, wire }), at: Date.now() };
    this.known.set(server.endpoints.jwks ?? '', found);
    return found;
  }
}
