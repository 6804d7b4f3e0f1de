import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  type AuthorizationServer,
  fetchKeys,
  type IdTokenClaims,
  type LogoutClaims,
  OAuthError,
  verifyIdToken,
  verifyLogoutToken,
} from '#oauth';
import { OutboundClient } from '#outbound';

type Keys = Awaited<ReturnType<typeof fetchKeys>>;

const keptMs = 10 * 60_000;
/** An unknown key id asks the server again, and no stranger can make us do so more often. */
const askAgainAfterMs = 30_000;
const deadlineMs = 10_000;

/** Checks ID tokens with the providers' keys, which are kept for some minutes. */
@Injectable()
export class IdTokens {
  private readonly known = new LRUCache<string, { keys: Keys; at: number }>({ max: 500, ttl: keptMs });

  constructor(private readonly outbound: OutboundClient) {}

  /** @throws OAuthError id-token-…, keys-unavailable; OutboundError */
  async verify(check: {
    idToken: string;
    server: AuthorizationServer;
    clientId: string;
    nonce: string;
  }): Promise<IdTokenClaims> {
    return this.withKeys(check.server, (keys) => verifyIdToken({ ...check, keys, now: new Date() }));
  }

  /** @throws OAuthError logout-token-malformed, id-token-…, keys-unavailable; OutboundError */
  async verifyLogout(check: {
    logoutToken: string;
    server: AuthorizationServer;
    clientId: string;
  }): Promise<LogoutClaims> {
    return this.withKeys(check.server, (keys) => verifyLogoutToken({ ...check, keys, now: new Date() }));
  }

  private async withKeys<T>(server: AuthorizationServer, verify: (keys: Keys) => Promise<T>): Promise<T> {
    const { keys, at } = await this.keysOf(server);
    try {
      return await verify(keys);
    } catch (error) {
      const maybeNew = error instanceof OAuthError && error.code === 'id-token-key-unknown';
      if (!maybeNew || Date.now() - at < askAgainAfterMs) throw error;
      return verify((await this.fetch(server)).keys);
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
