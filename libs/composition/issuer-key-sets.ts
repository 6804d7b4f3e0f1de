import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { discoverMetadata, fetchKeys } from '#oauth';
import type { OutboundClient } from '#outbound';
import { CachedKeySet, type IssuerKeys } from '#resource-server';

const deadlineMs = 5_000;

/** The keys of the issuers that workspaces trust: as OpenID Connect Discovery finds them, or as they were given. */
export class IssuerKeySets {
  private readonly published = new LRUCache<string, CachedKeySet>({ max: 1_000 });
  /** By their text: a set that was changed is another. Kept, since a key is imported once a set. */
  private readonly given = new LRUCache<string, ReturnType<typeof createLocalJWKSet>>({ max: 1_000 });

  constructor(
    private readonly outbound: OutboundClient,
    private readonly sandboxOrigin: string | undefined,
  ) {}

  ofText(jwks: string): IssuerKeys {
    let keys = this.given.get(jwks);
    if (!keys) this.given.set(jwks, (keys = createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet)));
    return keys;
  }

  of(issuer: string): IssuerKeys {
    let keys = this.published.get(issuer);
    if (!keys) this.published.set(issuer, (keys = new CachedKeySet(() => this.load(issuer))));
    return keys.find;
  }

  private async load(issuer: string): Promise<JSONWebKeySet> {
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const allowHttp = URL.parse(issuer)?.origin === this.sandboxOrigin;
    const { endpoints } = await discoverMetadata({ issuer, allowHttp, wire, endpoints: ['jwks'] });
    const server = { issuer, endpoints, issuerInResponse: false, idTokenAlgorithms: [], allowHttp };
    return fetchKeys({ server, wire });
  }
}
